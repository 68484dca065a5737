using Sluice.Engine.Mail.Intake.Reading;
using Sluice.Server.Dev.MailPorts.Connections;

namespace Sluice.Server.Dev.MailPorts.Smtp;

/// <summary>Reads a message line by line, until the line with a dot.</summary>
internal static class SmtpData
{
    /// <summary>What is read of a message that comes in by any way.</summary>
    public const int MaxBytes = ParseMail.MaxBytes;

    /// <summary>What is read and thrown away, so that the client gets its answer.</summary>
    private const long MaxRead = 50 * 1024 * 1024;

    public static readonly string TooLarge = $"552 5.3.4 A mail may have {MaxBytes} bytes";

    /// <returns>The message with CRLF at the end of each line; null: it is too large.</returns>
    public static async Task<byte[]?> ReadAsync(MailConnection client)
    {
        using var message = new MemoryStream();
        for (var total = 0L; ;)
        {
            var line = await client.ReadLineAsync(MaxBytes);
            if (line is [(byte)'.'])
            {
                return total <= MaxBytes ? message.ToArray() : null;
            }

            var text = line is [(byte)'.', ..] ? line.AsMemory(1) : line; // The client has doubled the dot.
            total += text.Length + 2;
            if (total <= MaxBytes)
            {
                message.Write(text.Span);
                message.Write("\r\n"u8);
            }
            else if (total > MaxRead)
            {
                throw new SessionEndsException("The mail is too large");
            }
        }
    }
}
