using System.Buffers;
using System.Buffers.Text;
using Sluice.Server.Dev.MailPorts.Connections;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>
/// Reads one command: its line and, for each <c>{n}</c> at the end of a line, the n bytes behind it and the line that goes on (RFC 3501, 4.3).
/// </summary>
internal sealed class ImapCommandReader(MailConnection client)
{
    /// <summary>Of a command with its literals: mail programs name many messages in one.</summary>
    public const int MaxCommand = 64 * 1024;

    /// <summary>Of a message that APPEND brings. It is read and thrown away, so that it takes no memory.</summary>
    private const long MaxAppended = 50 * 1024 * 1024;

    /// <returns>The command as it was sent; of a message that APPEND brings, <c>{0}</c> is left.</returns>
    public async Task<byte[]> ReadAsync()
    {
        var (command, line) = (new ArrayBufferWriter<byte>(), await client.ReadLineAsync(MaxCommand));
        while (FindLiteral(line) is { } literal)
        {
            command.Write(line.AsSpan(0, literal.At));
            await ReadLiteralAsync(command, literal);
            line = await client.ReadLineAsync(MaxCommand - Math.Min(command.WrittenCount, MaxCommand));
        }

        command.Write(line);
        return command.WrittenSpan.ToArray();
    }

    private async Task ReadLiteralAsync(ArrayBufferWriter<byte> command, Literal literal)
    {
        var isThrownAway = literal.Length > MaxCommand - command.WrittenCount;
        if (isThrownAway && (literal.Length > MaxAppended || !new ImapParser(command.WrittenMemory).IsAppend()))
        {
            throw new SessionEndsException($"A literal of {literal.Length} bytes is too large"); // The client may have sent some of it already.
        }

        if (literal.IsAwaited)
        {
            client.WriteLine("+ Go on");
            await client.FlushAsync();
        }

        command.Write(System.Text.Encoding.ASCII.GetBytes($"{{{(isThrownAway ? 0 : literal.Length)}}}\r\n"));
        await client.ReadBlockAsync(literal.Length, isThrownAway ? null : command);
    }

    /// <returns>The literal that the end of the line announces; null: there is none.</returns>
    private static Literal? FindLiteral(ReadOnlySpan<byte> line)
    {
        if (line is not [.., (byte)'}'] || line.LastIndexOf((byte)'{') is not (>= 0 and var at))
        {
            return null;
        }

        var inside = line[(at + 1)..^1];
        var isAwaited = inside is not [.., (byte)'+']; // RFC 7888: with a plus, the client does not wait.
        var digits = isAwaited ? inside : inside[..^1];
        return digits.Length is > 0 and <= 18 && Utf8Parser.TryParse(digits, out long length, out var read) && read == digits.Length && length >= 0
            ? new Literal(at, length, isAwaited)
            : null;
    }

    /// <param name="At">Where the brace opens.</param>
    /// <param name="IsAwaited">Whether the client waits until it may send.</param>
    private sealed record Literal(int At, long Length, bool IsAwaited);
}
