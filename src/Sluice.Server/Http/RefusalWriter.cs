using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>
/// Passes on what Kestrel writes to a connection, and adds the error body where Kestrel has written an error without one. It holds back the first
/// piece of each flush until the flush, because a piece that was passed on cannot be changed. Nothing is copied.
/// </summary>
internal sealed partial class RefusalWriter(PipeWriter connection, ILogger<RefusalWriter> logger) : PipeWriter
{
    /// <summary>Enough for the head that Kestrel writes, which has at most five short headers, and for what is added.</summary>
    private const int Room = 1024;

    private const int StatusBegins = 9;
    private const int StatusEnds = 12;

    private Memory<byte> _first;
    private int _held;
    private bool _isPassing; // The first piece of this flush has been passed on.

    public override bool CanGetUnflushedBytes => connection.CanGetUnflushedBytes;

    public override long UnflushedBytes => connection.UnflushedBytes + _held;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        PassOnHeld();
        return _isPassing ? connection.GetMemory(sizeHint) : _first = connection.GetMemory(Math.Max(sizeHint, Room));
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        PassOnHeld();
        if (_isPassing)
        {
            connection.Advance(bytes);
        }
        else
        {
            _held = bytes;
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _held = _held > 0 ? Complete(_first.Span, _held) : 0;
        PassOnHeld();
        (_first, _isPassing) = (default, false);
        return connection.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => connection.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        PassOnHeld();
        connection.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        PassOnHeld();
        return connection.CompleteAsync(exception);
    }

    private void PassOnHeld()
    {
        if (_held > 0)
        {
            connection.Advance(_held);
            (_held, _isPassing) = (0, true);
        }
    }

    /// <param name="room">Begins with what Kestrel has written.</param>
    /// <returns>The number of bytes to send.</returns>
    private int Complete(Span<byte> room, int length)
    {
        var head = room[..length];
        if (length < StatusEnds || head[StatusBegins] is not ((byte)'4' or (byte)'5') || !IsBare(head))
        {
            return length;
        }

        var status = ((head[StatusBegins] - '0') * 100) + ((head[StatusBegins + 1] - '0') * 10) + head[StatusBegins + 2] - '0';
        var requestId = RequestId.New();
        var body = Body(requestId, status);
        var headers = System.Text.Encoding.ASCII.GetBytes(
            $"\r\nContent-Type: {Json.ContentType}\r\nContent-Length: {body.Length}\r\n{AnswerHeaders.RequestId}: {requestId}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
        var (at, rest) = (head.IndexOf(NoBody), head[(head.IndexOf(NoBody) + NoBody.Length)..].ToArray());
        if (at + headers.Length + rest.Length + body.Length > room.Length)
        {
            return length;
        }

        LogRefused(status, requestId);
        headers.CopyTo(room[at..]);
        rest.CopyTo(room[(at + headers.Length)..]);
        body.CopyTo(room[(at + headers.Length + rest.Length)..]);
        return at + headers.Length + rest.Length + body.Length;
    }

    private static ReadOnlySpan<byte> NoBody => "\r\nContent-Length: 0\r\n"u8;

    /// <summary>Whether these are the whole head of an answer that the server's own code has not seen.</summary>
    private static bool IsBare(ReadOnlySpan<byte> head) =>
        head.StartsWith("HTTP/1.1 "u8) && head.EndsWith("\r\n\r\n"u8) && head.IndexOf(NoBody) > 0 && head.IndexOf("\r\nx-traceid:"u8) < 0;

    private static byte[] Body(string requestId, int status)
    {
        var error = new ErrorBody(requestId, [SentenceOf(status)]);
        return JsonSerializer.SerializeToUtf8Bytes(error, ErrorJson.Default.ErrorBody);
    }

    private static string SentenceOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "Bad request",
        StatusCodes.Status500InternalServerError => "Internal server error occurred",
        _ => ReasonPhrases.GetReasonPhrase(status),
    };

    [LoggerMessage(1, LogLevel.Information, "A request could not be read and was refused with {Status}; requestId {RequestId}")]
    private partial void LogRefused(int status, string requestId);
}
