using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>Reads a command from left to right (RFC 3501, 9). Each method throws <see cref="BadCommandException"/> where something else stands.</summary>
internal sealed class ImapParser(ReadOnlyMemory<byte> command)
{
    private int _at;

    private ReadOnlySpan<byte> Rest => command.Span[_at..];

    public bool IsAtEnd => _at == command.Length;

    /// <summary>Whether the command is an APPEND, whatever follows.</summary>
    public bool IsAppend()
    {
        try
        {
            Tag();
            Space();
            return Word() == "APPEND";
        }
        catch (BadCommandException)
        {
            return false;
        }
    }

    public string Tag() => Take("a tag", IsAtomSign);

    /// <summary>Reads letters, digits, dots and hyphens.</summary>
    /// <returns>In upper case.</returns>
    public string Word() => Take("a word", static sign => char.IsAsciiLetterOrDigit((char)sign) || sign is (byte)'.' or (byte)'-').ToUpperInvariant();

    public string Atom() => Take("an atom", IsAtomSign);

    /// <summary>Reads a flag with its backslash, or a keyword.</summary>
    public string Flag() => $"{(TryTake('\\') ? "\\" : "")}{Atom()}";

    /// <summary>Reads text in any of its three forms: bare, in quotes, or as a literal.</summary>
    public string Text() => Rest is [(byte)'"', ..] ? Quoted() : Rest is [(byte)'{', ..] ? LiteralText() : Take("text", static sign => IsAtomSign(sign) || sign == ']');

    /// <summary>Reads the name of a mailbox, which may have the wildcards <c>*</c> and <c>%</c>.</summary>
    public string Pattern() => Rest is [(byte)'"', ..] ? Quoted() : Rest is [(byte)'{', ..] ? LiteralText() : Take("a name", static sign => IsAtomSign(sign) || sign is (byte)']' or (byte)'*' or (byte)'%');

    public uint Number() => uint.TryParse(Take("a number", static sign => char.IsAsciiDigit((char)sign)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Bad("The number is too large");

    public SequenceSet Set() => SequenceSet.Read(Take("numbers of messages", static sign => char.IsAsciiDigit((char)sign) || sign is (byte)':' or (byte)',' or (byte)'*'));

    public bool IsAtSet => Rest is [var sign, ..] && (char.IsAsciiDigit((char)sign) || sign == '*');

    public bool IsAt(char sign) => Rest is [var next, ..] && next == sign;

    public void Space() => Require(TryTake(' '), "A blank is missing");

    public bool TryTake(char sign)
    {
        var isThere = IsAt(sign);
        _at += isThere ? 1 : 0;
        return isThere;
    }

    /// <summary>Reads this word if it is the next one.</summary>
    public bool TryTakeWord(string word)
    {
        var isThere = Rest.Length > word.Length && Rest[word.Length] == ' ' && System.Text.Ascii.EqualsIgnoreCase(Rest[..word.Length], word);
        _at += isThere ? word.Length : 0;
        return isThere;
    }

    public void Expect(char sign) => Require(TryTake(sign), $"There should be a {sign}");

    public void End() => Require(IsAtEnd, "There is more than belongs to the command");

    /// <summary>Reads a list in parentheses.</summary>
    public List<T> List<T>(Func<T> read)
    {
        var items = new List<T>();
        Expect('(');
        while (!TryTake(')'))
        {
            if (items.Count > 0)
            {
                Space();
            }

            items.Add(read());
        }

        return items;
    }

    public static BadCommandException Bad(string sentence) => new(sentence);

    private static void Require(bool isSo, string sentence)
    {
        if (!isSo)
        {
            throw Bad(sentence);
        }
    }

    /// <summary>Letters as they are, other than those that mean something (RFC 3501, atom-specials), and letters outside ASCII.</summary>
    private static bool IsAtomSign(byte sign) => sign > ' ' && sign != 0x7f && !"(){%*\"\\]"u8.Contains(sign);

    private string Take(string what, Func<byte, bool> belongs)
    {
        var rest = Rest;
        var length = 0;
        while (length < rest.Length && belongs(rest[length]))
        {
            length++;
        }

        _at += length;
        return length > 0 ? Encoding.UTF8.GetString(rest[..length]) : throw Bad($"There should be {what}");
    }

    private string Quoted()
    {
        var rest = Rest;
        var text = new List<byte>();
        for (var at = 1; at < rest.Length; at++)
        {
            if (rest[at] == '"')
            {
                _at += at + 1;
                return Encoding.UTF8.GetString([.. text]);
            }

            at += rest[at] == '\\' && at + 1 < rest.Length ? 1 : 0;
            text.Add(rest[at] is 0 or (byte)'\r' ? throw Bad("A quoted text has a sign that it cannot have") : rest[at]);
        }

        throw Bad("A quoted text has no end");
    }

    private string LiteralText()
    {
        var rest = Rest;
        var isRead = Utf8Parser.TryParse(rest[1..], out int length, out var digits);
        var begin = 1 + digits + "}\r\n".Length;
        if (!isRead || length < 0 || begin > rest.Length || length > rest.Length - begin || !rest[(1 + digits)..begin].SequenceEqual("}\r\n"u8))
        {
            throw Bad("A literal is not complete");
        }

        _at += begin + length;
        return Encoding.UTF8.GetString(rest.Slice(begin, length));
    }
}
