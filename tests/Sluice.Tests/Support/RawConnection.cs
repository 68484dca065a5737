using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Sluice.Tests.Support;

/// <summary>A client without an HTTP library: it sends exactly the given bytes, and can stop at any byte.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly NetworkStream _stream;

    private RawConnection(Uri address)
    {
        _socket.Connect(address.Host, address.Port);
        _stream = new NetworkStream(_socket);
    }

    public static RawConnection To(TestApp app) => new(app.Address);

    public static RawConnection To(SluiceProcess sluice) => new(sluice.Client.BaseAddress!);

    /// <summary>Writes a whole request with the tenant's credentials; if it has a body, also with its length and content type.</summary>
    public static string Request(TestApp app, string line, string? body = null, params string[] headers)
    {
        var text = new StringBuilder($"{line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {app.Tenant.Key.Basic()}\r\n");
        foreach (var header in headers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{header}\r\n");
        }

        if (body is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        }

        return text.Append("\r\n").Append(body).ToString();
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes).AsTask().WaitAsync(Timeout);

    /// <summary>Reads the next answer. A body is as long as its header says, or comes in chunks; an answer to HEAD has none.</summary>
    public async Task<RawReply> ReceiveAsync(bool toHead = false)
    {
        var head = (await ReadHeadAsync().WaitAsync(Timeout)).Split("\r\n");
        var headers = head.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = toHead ? []
            : headers.ContainsKey("Transfer-Encoding") ? await ReadChunksAsync()
            : await ReadAsync(int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture));
        return new RawReply(int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, Encoding.UTF8.GetString(body));
    }

    /// <summary>Whether the server sends nothing more and has closed its side, properly or with a reset.</summary>
    public async Task<bool> IsClosedAsync()
    {
        try
        {
            return await _stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Timeout) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Closes the connection abruptly: the other side gets a reset.</summary>
    public void HangUp()
    {
        _socket.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private Task<string> ReadHeadAsync() => ReadUntilAsync("\r\n\r\n");

    private async Task<byte[]> ReadAsync(int length)
    {
        var bytes = new byte[length];
        await _stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(Timeout);
        return bytes;
    }

    private async Task<byte[]> ReadChunksAsync()
    {
        var body = new List<byte>();
        for (var length = -1; length != 0; await ReadAsync(2))
        {
            length = int.Parse(await ReadUntilAsync("\r\n").WaitAsync(Timeout), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.AddRange(await ReadAsync(length));
        }

        return [.. body];
    }

    private async Task<string> ReadUntilAsync(string end)
    {
        var (text, one) = (new StringBuilder(), new byte[1]);
        while (text.Length < end.Length || text.ToString(text.Length - end.Length, end.Length) != end)
        {
            await _stream.ReadExactlyAsync(one);
            text.Append((char)one[0]);
        }

        return text.ToString(0, text.Length - end.Length);
    }
}

/// <param name="Text">The exact body.</param>
internal sealed record RawReply(int Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    /// <summary>Checks the envelope and returns status and body, e.g. <c>400 {"errors":["Bad request"]}</c>; without a body only the status.</summary>
    public string Summary
    {
        get
        {
            if (Text.Length == 0)
            {
                return $"{Status}";
            }

            var json = JsonNode.Parse(Text)!.AsObject();
            Assert.Equal(Headers["x-traceid"], (string?)json["requestId"]);
            Assert.Equal("application/json;charset=UTF-8", Headers["Content-Type"]);
            Assert.Equal(("no-store", "nosniff"), (Headers["Cache-Control"], Headers["X-Content-Type-Options"]));
            json.Remove("requestId");
            return $"{Status} {json.ToJsonString()}";
        }
    }
}
