using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Sluice.Server.Dev.MailPorts.Connections;

/// <summary>The connection of a mail program: reads lines and blocks within bounds of length and time, and writes text.</summary>
internal sealed class MailConnection : IDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _end;

    public MailConnection(ConnectionContext connection)
    {
        (_input, _output) = (connection.Transport.Input, connection.Transport.Output);
        _stop = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        _end = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, _stop);
        _end.CancelAfter(Patience);
    }

    /// <summary>How long the client may take for its next line, or to take an answer.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Cancelled when the client has gone, its time is up, or the server stops.</summary>
    public CancellationToken Ended => _end.Token;

    public string WhyEnded => _stop.IsCancellationRequested ? "The server stops" : "The time is up";

    /// <summary>Reads a line, which may end with LF alone: people type into these ports.</summary>
    /// <returns>The line without its end.</returns>
    public async Task<byte[]> ReadLineAsync(int max)
    {
        _end.CancelAfter(Patience);
        while (true)
        {
            var read = await _input.ReadAsync(_end.Token);
            var end = read.Buffer.PositionOf((byte)'\n');
            if ((end is { } at ? read.Buffer.Slice(0, at).Length : read.Buffer.Length) > max)
            {
                _input.AdvanceTo(read.Buffer.End);
                throw new SessionEndsException($"A line has more than {max} bytes");
            }

            if (end is { } found)
            {
                var line = read.Buffer.Slice(0, found).ToArray();
                _input.AdvanceTo(read.Buffer.GetPosition(1, found));
                return line is [.., (byte)'\r'] ? line[..^1] : line;
            }

            AdvanceTo(read, read.Buffer.Start);
        }
    }

    /// <summary>Reads a block of bytes. What it is read into says how much memory it takes; null throws the bytes away.</summary>
    public async Task ReadBlockAsync(long length, IBufferWriter<byte>? into)
    {
        _end.CancelAfter(Patience);
        while (length > 0)
        {
            var read = await _input.ReadAsync(_end.Token);
            var piece = read.Buffer.Slice(0, Math.Min(length, read.Buffer.Length));
            foreach (var memory in piece)
            {
                into?.Write(memory.Span);
            }

            length -= piece.Length;
            AdvanceTo(read, piece.End, isDone: length == 0);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes) => _output.Write(bytes);

    public void Write(string text) => Encoding.UTF8.GetBytes(text, _output);

    public void WriteLine(string text) => Write($"{text}\r\n");

    /// <summary>Sends what was written. Waits while the client does not read.</summary>
    public async Task FlushAsync()
    {
        _end.CancelAfter(Patience);
        await _output.FlushAsync(_end.Token);
    }

    /// <summary>Sends what was written while a read is under way, whose time goes on.</summary>
    public async Task SendAsync() => await _output.FlushAsync(_end.Token);

    /// <summary>Says a last line to a client that may have gone.</summary>
    /// <param name="isSending">Whether the client may be sending: if its bytes were left unread, the system would reset the connection, and the line be lost.</param>
    public async Task EndAsync(string line, bool isSending)
    {
        try
        {
            using var late = new CancellationTokenSource(Farewell);
            WriteLine(line);
            await _output.FlushAsync(late.Token);
            while (isSending && await _input.ReadAsync(late.Token) is { IsCompleted: false } read)
            {
                _input.AdvanceTo(read.Buffer.End);
            }
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client has gone, or does not read.
        }
    }

    public void Dispose() => _end.Dispose();

    private void AdvanceTo(ReadResult read, SequencePosition consumed, bool isDone = false)
    {
        _input.AdvanceTo(consumed, isDone ? consumed : read.Buffer.End);
        if (read.IsCompleted && !isDone)
        {
            throw new SessionEndsException("");
        }
    }
}
