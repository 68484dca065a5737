using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Cli.Shared;

/// <summary>Finds out what a port speaks, after a call to it has failed: HTTP and HTTPS are often confused. Sends no path, no credential and no data.</summary>
internal static class PortProbe
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static Task<bool> SpeaksTlsAsync(Uri url) => TryAsync(url, async (stream, ct) =>
    {
#pragma warning disable CA5359 // Nothing is sent over this connection: the certificate does not matter.
        using var tls = new SslStream(stream, leaveInnerStreamOpen: true, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.IdnHost }, ct);
        return true;
    });

    public static Task<bool> SpeaksPlainHttpAsync(Uri url) => TryAsync(url, async (stream, ct) =>
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HEAD / HTTP/1.1\r\nHost: {url.IdnHost}\r\nConnection: close\r\n\r\n"), ct);
        var answer = new byte[5];
        await stream.ReadExactlyAsync(answer, ct);
        return answer.AsSpan().SequenceEqual("HTTP/"u8);
    });

    private static async Task<bool> TryAsync(Uri url, Func<Stream, CancellationToken, Task<bool>> work)
    {
        using var late = new CancellationTokenSource(Timeout);
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(url.IdnHost.Trim('[', ']'), url.Port, late.Token);
            return await work(socket.GetStream(), late.Token);
        }
        catch (Exception)
        {
            return false; // The caller then says what it knows without this.
        }
    }
}
