using System.Net.Sockets;
using System.Text;

namespace Sluice.Tests.Server.Dev.MailPorts;

/// <summary>Talks to a port of mail byte by byte, also in ways in which no mail program would.</summary>
internal sealed class TextTalk : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly TcpClient _client = new();
    private StreamReader _reader = null!;

    public static async Task<TextTalk> ToAsync(int port)
    {
        var talk = new TextTalk();
        await talk._client.ConnectAsync("127.0.0.1", port);
        talk._reader = new StreamReader(talk._client.GetStream(), Encoding.Latin1);
        return talk;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>A server that has closed the connection is for the next read to notice.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            await _client.GetStream().WriteAsync(bytes).AsTask().WaitAsync(Timeout);
        }
        catch (IOException)
        {
            // Closed.
        }
    }

    /// <returns>Null: the server has closed the connection.</returns>
    public async Task<string?> ReadLineAsync()
    {
        try
        {
            return await _reader.ReadLineAsync().WaitAsync(Timeout);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Sends a command, and reads up to the line that begins with these letters.</summary>
    /// <returns>All lines.</returns>
    public async Task<string> AskAsync(string command, string until)
    {
        await SendAsync(command);
        return await ReadUntilAsync(until);
    }

    public async Task<string> ReadUntilAsync(string begins)
    {
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.StartsWith(begins, StringComparison.Ordinal))
            {
                break;
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>Reads until the server closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line)
        {
            lines.Add(line);
        }

        return string.Join('\n', lines);
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _client.Dispose();
    }
}
