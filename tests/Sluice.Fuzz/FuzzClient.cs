using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Fuzz;

/// <summary>A plain HTTP/1.1 client on one connection, which it opens again when the server has closed it.</summary>
internal sealed class FuzzClient(Uri server) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly byte[] _buffer = new byte[64 * 1024];
    private Socket? _socket;
    private int _from;
    private int _until;

    /// <exception cref="TimeoutException">The server did not answer.</exception>
    public async Task<FuzzAnswer> SendAsync(FuzzRequest request, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            return await SendOnceAsync(request, patience.Token) ?? await SendAgainAsync(request, patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            Close();
            throw new TimeoutException($"No answer in {Patience.TotalSeconds} s");
        }
    }

    public void Dispose() => Close();

    /// <summary>The server may close an idle connection at any time. If it closes a new one, it did not want to answer.</summary>
    private async Task<FuzzAnswer> SendAgainAsync(FuzzRequest request, CancellationToken ct)
    {
        Close();
        return await SendOnceAsync(request, ct) ?? FuzzAnswer.None;
    }

    /// <returns>Null if the server closed the connection without an answer.</returns>
    private async Task<FuzzAnswer?> SendOnceAsync(FuzzRequest request, CancellationToken ct)
    {
        try
        {
            await ConnectAsync(ct);
            var sending = SendAllAsync(request.ToBytes(server.Authority), ct);
            var answer = await ReadAsync(request.Method == "HEAD", ct);
            if (!sending.IsCompleted || answer is null || answer.Header("connection") == "close")
            {
                Close(); // The server answered before it had read all.
            }

            return answer;
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            Close();
            return null;
        }
    }

    private async Task SendAllAsync(byte[] bytes, CancellationToken ct)
    {
        try
        {
            var socket = _socket!;
            for (var sent = 0; sent < bytes.Length;)
            {
                sent += await socket.SendAsync(bytes.AsMemory(sent), ct);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The server need not read a body that it refuses.
        }
    }

    private async Task ConnectAsync(CancellationToken ct)
    {
        if (_socket is null)
        {
            (_from, _until) = (0, 0);
            _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await _socket.ConnectAsync(server.Host, server.Port, ct);
        }
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async Task<FuzzAnswer?> ReadAsync(bool isHead, CancellationToken ct)
    {
        if (await LineAsync(ct) is not { } first)
        {
            return null;
        }

        var headers = await HeadersAsync(ct);
        var status = int.Parse(first.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        if (status is >= 100 and < 200)
        {
            return await ReadAsync(isHead, ct); // It is willing to read the body, which is on its way.
        }

        return new FuzzAnswer(status, headers, isHead || status is 204 or 304 ? [] : await BodyAsync(headers, ct)) { IsOfHead = isHead };
    }

    private async Task<Dictionary<string, string>> HeadersAsync(CancellationToken ct)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync(ct) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return headers;
    }

    private async Task<byte[]> BodyAsync(Dictionary<string, string> headers, CancellationToken ct)
    {
        if (headers.TryGetValue("content-length", out var length))
        {
            return await BytesAsync(int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture), ct);
        }

        var body = new List<byte>();
        if (headers.GetValueOrDefault("transfer-encoding") == "chunked")
        {
            int size;
            do
            {
                size = int.Parse(await LineAsync(ct) ?? throw new IOException("The answer ends early"), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                body.AddRange(await BytesAsync(size, ct));
                await LineAsync(ct);
            }
            while (size > 0);
        }

        return [.. body];
    }

    /// <returns>Null at the end of the connection.</returns>
    private async Task<string?> LineAsync(CancellationToken ct)
    {
        var line = new StringBuilder();
        while (_from < _until || await FillAsync(ct))
        {
            var letter = (char)_buffer[_from++];
            if (letter == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(letter);
        }

        return null;
    }

    private async Task<byte[]> BytesAsync(int count, CancellationToken ct)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            if (_from == _until && !await FillAsync(ct))
            {
                throw new IOException("The answer ends early");
            }

            var some = Math.Min(count - done, _until - _from);
            _buffer.AsSpan(_from, some).CopyTo(bytes.AsSpan(done));
            (_from, done) = (_from + some, done + some);
        }

        return bytes;
    }

    private async Task<bool> FillAsync(CancellationToken ct)
    {
        (_from, _until) = (0, await _socket!.ReceiveAsync(_buffer.AsMemory(), ct));
        return _until > 0;
    }
}
