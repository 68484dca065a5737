using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Tests.Support;

/// <summary>A name server on a loopback port that knows the records that a test gives it, and no others [RFC 1035].</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private const int HeaderBytes = 12;
    private const int NoSuchName = 3;

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly ConcurrentDictionary<string, byte[][]> _records = new(StringComparer.OrdinalIgnoreCase);
    private readonly Task _serving;

    public NameServer() => _serving = ServeAsync();

    public IPEndPoint Place => (IPEndPoint)_socket.Client.LocalEndPoint!;

    public void HasText(string name, params string[] texts) => _records[$"{name} 16"] = [.. texts.Select(text => (byte[])[.. text.Chunk(255).SelectMany(part => (byte[])[(byte)part.Length, .. Encoding.ASCII.GetBytes(part)])])];

    public void HasAddress(string name, string address) => _records[$"{name} 1"] = [IPAddress.Parse(address).GetAddressBytes()];

    /// <param name="reverse">Such as <c>7.2.0.192.in-addr.arpa</c>.</param>
    /// <param name="name">The name that the address has.</param>
    public void HasName(string reverse, string name) => _records[$"{reverse} 12"] = [ToBytes(name)];

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var asked = await _socket.ReceiveAsync();
                await _socket.SendAsync(Answer(asked.Buffer), asked.RemoteEndPoint);
            }
        }
        catch (Exception fault) when (fault is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private byte[] Answer(byte[] query)
    {
        var (name, end) = ReadName(query);
        var type = BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(end));
        var found = _records.GetValueOrDefault($"{name} {type}", []);
        var isKnown = _records.Keys.Any(key => key.StartsWith($"{name} ", StringComparison.OrdinalIgnoreCase));
        byte[] header = [query[0], query[1], 0x84, (byte)(0x80 | (isKnown ? 0 : NoSuchName)), 0, 1, 0, (byte)found.Length, 0, 0, 0, 0];
        var records = found.SelectMany(data => (byte[])[0xC0, HeaderBytes, (byte)(type >> 8), (byte)type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length, .. data]);
        return [.. header, .. query[HeaderBytes..(end + 4)], .. records];
    }

    private static (string Name, int End) ReadName(byte[] query)
    {
        var (labels, at) = (new List<string>(), HeaderBytes);
        for (; query[at] > 0; at += query[at] + 1)
        {
            labels.Add(Encoding.ASCII.GetString(query, at + 1, query[at]));
        }

        return (string.Join('.', labels), at + 1);
    }

    private static byte[] ToBytes(string name) => [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
