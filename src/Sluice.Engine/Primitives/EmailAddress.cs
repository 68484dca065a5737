using System.Globalization;
using System.Text;

namespace Sluice.Engine.Primitives;

/// <summary>
/// Reads e-mail addresses. Every address of a prospect comes in through it: the line of an upload, the row of a bulk assignment, PATCH, and inbound
/// mail. It does not check whether the mailbox exists: a parser cannot know.
/// </summary>
internal static class EmailAddress
{
    private const int MaxBytes = 254; // RFC 5321

    private static readonly IdnMapping Idn = new() { AllowUnassigned = true };

    private static readonly System.Buffers.SearchValues<char> Never = System.Buffers.SearchValues.Create("<>(),;:\\\"[]\u007f\uFFFD");

    /// <summary>Removes blanks around the address: also no-break spaces, and characters without width, which copying from web pages leaves.</summary>
    /// <returns>The address as it is stored; null: the text is no address.</returns>
    public static string? Read(string text) => Trim(text) is var trimmed && IsValid(trimmed) ? trimmed : null;

    /// <summary>Reads an address as headers of mails write it: alone, or after a name in angle brackets.</summary>
    /// <returns>Null: the text holds no address.</returns>
    public static string? ReadFromHeader(string text)
    {
        var trimmed = Trim(text);
        var open = trimmed.EndsWith('>') ? trimmed.LastIndexOf('<') : -1;
        return Read(open < 0 ? trimmed : trimmed[(open + 1)..^1]);
    }

    public static bool IsValid(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('@');
        return text.Length <= MaxBytes
            && Encoding.UTF8.GetByteCount(text) <= MaxBytes
            && at > 0
            && at == text.LastIndexOf('@')
            && at < text.Length - 1
            && !HasBlank(text)
            && !text.ContainsAny(Never)
            && text[at + 1] != '.'
            && text[^1] != '.';
    }

    /// <summary>
    /// The form in which addresses are compared: without blanks around it, in lower case, and with the domain in its ASCII form (IDNA), because mail
    /// programs write either form. Local parts are not folded in any other way. A text that is too long for a domain is left as it is: the time that IDNA takes
    /// grows with the square of its length, ten seconds for a megabyte.
    /// </summary>
    public static string Key(string email)
    {
        var address = Trim(email).ToLowerInvariant();
        var at = address.LastIndexOf('@') + 1;
        return address.Length - at > MaxBytes || Ascii.IsValid(address.AsSpan(at)) ? address : $"{address.AsSpan(0, at)}{DomainKey(address[at..])}";
    }

    /// <returns>A key as people write it, with the letters of its domain; the key itself if its domain has only ASCII letters.</returns>
    public static string ToReadable(string key)
    {
        var at = key.LastIndexOf('@') + 1;
        try
        {
            return key.Length - at <= MaxBytes && key.Contains("xn--", StringComparison.Ordinal) ? $"{key.AsSpan(0, at)}{Idn.GetUnicode(key, at)}" : key;
        }
        catch (ArgumentException)
        {
            return key;
        }
    }

    /// <summary>A name that IDNA does not allow, such as one with a label of over 63 characters, is compared as it is written.</summary>
    private static string DomainKey(string domain)
    {
        try
        {
            return Idn.GetAscii(domain.Normalize(NormalizationForm.FormKC).ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }

    /// <summary>Removes blanks of every kind around a text.</summary>
    public static string Trim(string text)
    {
        var rest = text.AsSpan();
        while (rest.Length > 0 && IsBlank(rest[0]))
        {
            rest = rest[1..];
        }

        while (rest.Length > 0 && IsBlank(rest[^1]))
        {
            rest = rest[..^1];
        }

        return rest.Length == text.Length ? text : rest.ToString();
    }

    private static bool HasBlank(ReadOnlySpan<char> text)
    {
        foreach (var sign in text)
        {
            if (IsBlank(sign) || char.IsControl(sign))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBlank(char sign) => char.IsWhiteSpace(sign) || sign is '\u200B' or '\u2060' or '\uFEFF';
}
