using System.Security.Cryptography;
using MimeKit;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>
/// Reads the MIME structure of a message within bounds, so that a hostile message costs little: what is beyond a bound is not read. The text and a
/// delivery status stand at the beginning of a message, before attachments and returned messages. Never throws: from a message that cannot be read,
/// as many header fields are taken as can be.
/// </summary>
internal static class ParseMail
{
    /// <summary>Bytes of a message that are read, from its beginning.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    public const int MaxHeaderBytes = 256 * 1024;
    public const int MaxHeaderLines = 2_000;
    public const int MaxLines = 100_000;
    public const int MaxParts = 200;

    /// <param name="fingerprint">A hash of the whole message; null: these bytes are the whole message.</param>
    public static RawMail Run(ReadOnlyMemory<byte> raw, string? fingerprint = null)
    {
        fingerprint ??= Convert.ToHexStringLower(SHA256.HashData(raw.Span));
        var bytes = WithoutMark(raw.Length > MaxBytes ? raw[..MaxBytes] : raw);
        return HeaderEnd(bytes.Span) is { } end
            ? Whole(bytes[..LinesEnd(bytes.Span, MaxLines)], fingerprint) ?? HeaderOnly(bytes[..end], fingerprint)
            : HeaderOnly(bytes[..Math.Min(LinesEnd(bytes.Span, MaxHeaderLines), MaxHeaderBytes)], fingerprint);
    }

    /// <summary>Takes a message apart, all of it.</summary>
    /// <returns>Null: it cannot be read, or is beyond the bounds.</returns>
    public static MimeMessage? Message(ReadOnlyMemory<byte> raw) =>
        raw.Length <= MaxBytes && HeaderEnd(raw.Span) is not null && LinesEnd(raw.Span, MaxLines) == raw.Length ? Structure(raw) : null;

    private static RawMail? Whole(ReadOnlyMemory<byte> bytes, string fingerprint)
    {
        if (Structure(bytes) is not { } message)
        {
            return null;
        }

        var flat = new List<MimeEntity>();
        Flatten(message.Body, flat);
        return new RawMail(message.Headers, flat, fingerprint);
    }

    private static MimeMessage? Structure(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var parser = Parser(bytes);
            var parts = 0;
            parser.MimeEntityBegin += (_, _) => parts = parts < MaxParts ? parts + 1 : throw new InvalidDataException("Too many parts");
            return parser.ParseMessage();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return null; // A part that the parser cannot read, or too many of them: the header fields say enough.
        }
    }

    private static RawMail HeaderOnly(ReadOnlyMemory<byte> bytes, string fingerprint)
    {
        try
        {
            return new RawMail(Parser(bytes).ParseHeaders(), [], fingerprint);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return new RawMail([], [], fingerprint);
        }
    }

    /// <summary>The parser reads contents from these bytes later, so the stream stays open; it holds nothing but memory.</summary>
    private static MimeParser Parser(ReadOnlyMemory<byte> bytes) =>
        new(MimeOptions.Parser, new MemoryStream(bytes.ToArray(), writable: false), MimeFormat.Entity, persistent: true);

    private static void Flatten(MimeEntity? entity, List<MimeEntity> into)
    {
        if (entity is Multipart several)
        {
            foreach (var part in several)
            {
                Flatten(part, into);
            }
        }
        else if (entity is not null)
        {
            into.Add(entity);
        }
    }

    /// <summary>Removes a byte order mark, and the line by which mbox files begin a message.</summary>
    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> bytes)
    {
        bytes = bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        return bytes.Span.StartsWith("From "u8) || bytes.Span.StartsWith(">From "u8) ? bytes[LinesEnd(bytes.Span, 1)..] : bytes;
    }

    /// <returns>Where the header ends; null: it is longer than the bounds allow.</returns>
    private static int? HeaderEnd(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0, lines = 0; lines <= MaxHeaderLines && at <= MaxHeaderBytes; lines++)
        {
            var length = bytes[at..].IndexOf((byte)'\n');
            if (length < 0)
            {
                return bytes.Length <= MaxHeaderBytes ? bytes.Length : null;
            }

            if (length == 0 || (length == 1 && bytes[at] == '\r'))
            {
                return at;
            }

            at += length + 1;
        }

        return null;
    }

    private static int LinesEnd(ReadOnlySpan<byte> bytes, int lines)
    {
        var at = 0;
        for (var line = 0; line < lines; line++)
        {
            var length = bytes[at..].IndexOf((byte)'\n');
            if (length < 0)
            {
                return bytes.Length;
            }

            at += length + 1;
        }

        return at;
    }
}
