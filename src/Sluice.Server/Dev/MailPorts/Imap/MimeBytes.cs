using System.Text;
using MimeKit;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>Writes parts of a mail as the bytes that it came in, and cuts out header fields.</summary>
internal static class MimeBytes
{
    private static readonly FormatOptions Options = MakeOptions();

    /// <returns>The header with the empty line that ends it, and the rest.</returns>
    public static (byte[] Header, byte[] Text) Split(byte[] message)
    {
        var at = message.AsSpan().StartsWith("\r\n"u8) ? 0 : message.AsSpan().IndexOf("\r\n\r\n"u8) is >= 0 and var found ? found + 2 : message.Length;
        var end = Math.Min(at + 2, message.Length);
        return (message[..end], message[end..]);
    }

    /// <summary>What a part holds, encoded as in the mail: the content, the parts inside, or the message inside.</summary>
    public static byte[] Content(MimeEntity entity)
    {
        using var bytes = new MemoryStream();
        entity.WriteTo(Options, bytes, contentOnly: true);
        return bytes.ToArray();
    }

    /// <summary>The header of a part with the empty line that ends it.</summary>
    public static byte[] Header(MimeEntity entity)
    {
        using var bytes = new MemoryStream();
        entity.Headers.WriteTo(Options, bytes);
        return bytes.ToArray();
    }

    public static byte[] Whole(MimeMessage message)
    {
        using var bytes = new MemoryStream();
        message.WriteTo(Options, bytes);
        return bytes.ToArray();
    }

    public static int Lines(ReadOnlySpan<byte> content) => content.Count((byte)'\n') + (content is [.., not (byte)'\n'] ? 1 : 0);

    /// <summary>Takes the fields of these names out of a header, or all others, with the empty line that ends it.</summary>
    public static byte[] Fields(byte[] header, IReadOnlyList<string> names, bool isOthers)
    {
        using var kept = new MemoryStream();
        var isKept = false;
        foreach (var line in LinesOf(header))
        {
            isKept = header[line][0] is (byte)' ' or (byte)'\t' ? isKept : IsNamed(header[line], names) != isOthers;
            kept.Write(isKept ? header[line] : []);
        }

        kept.Write("\r\n"u8);
        return kept.ToArray();
    }

    private static IEnumerable<Range> LinesOf(byte[] header)
    {
        for (var begin = 0; begin < header.Length;)
        {
            var length = header.AsSpan(begin).IndexOf((byte)'\n');
            var end = length < 0 ? header.Length : begin + length + 1;
            if (end - begin > 2 || (end - begin == 2 && header[begin] != '\r'))
            {
                yield return begin..end;
            }

            begin = end;
        }
    }

    private static bool IsNamed(byte[] line, IReadOnlyList<string> names) =>
        line.AsSpan().IndexOf((byte)':') is > 0 and var at && names.Contains(Encoding.UTF8.GetString(line.AsSpan(0, at)).Trim(), StringComparer.OrdinalIgnoreCase);

    private static FormatOptions MakeOptions()
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        options.International = true; // As it came: nothing is encoded anew.
        return options;
    }
}
