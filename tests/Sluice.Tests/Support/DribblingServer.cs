using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Tests.Support;

/// <summary>Answers every connection byte by byte, with a pause after each.</summary>
internal sealed class DribblingServer : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();

    public DribblingServer()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public string Url => $"http://{_listener.LocalEndpoint}/";

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            _ = DribbleAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
    }

    private async Task DribbleAsync(TcpClient client)
    {
        using (client)
        {
            foreach (var letter in Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
            {
                await client.GetStream().WriteAsync(new[] { letter }, _end.Token);
                await Task.Delay(Pause, TimeProvider.System, _end.Token);
            }
        }
    }
}
