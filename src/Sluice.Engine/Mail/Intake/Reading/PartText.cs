using System.Text;
using MimeKit;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Decodes the text of a part, up to a bound, and whatever its charset is said to be: a wrong one costs letters, not the message.</summary>
internal static class PartText
{
    private const int MaxBytes = 512 * 1024;

    /// <summary>Reads in the part's charset. If it names none, or one that does not exist: UTF-8, else one byte a letter.</summary>
    public static string Of(MimePart part)
    {
        if (part.Content is null)
        {
            return "";
        }

        using var stream = part.Content.Open();
        var bytes = new byte[MaxBytes];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return part.ContentType.Charset is { Length: > 0 } name && Find(name) is { } encoding ? encoding.GetString(bytes, 0, length) : Guess(bytes.AsSpan(0, length));
    }

    private static Encoding? Find(string name)
    {
        try
        {
            // Senders say ASCII and write what they like; a guess reads real ASCII as well.
            return name.Trim().ToLowerInvariant() is var known && known is "us-ascii" or "ascii" or "unknown-8bit" or "default" ? null
                : known is "iso-8859-1" or "latin1" ? Encoding.GetEncoding(1252) : Encoding.GetEncoding(known);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Guess(ReadOnlySpan<byte> bytes) =>
        Encoding.UTF8.GetString(bytes) is var text && text.Contains('\uFFFD', StringComparison.Ordinal) ? Encoding.GetEncoding(1252).GetString(bytes) : text;
}
