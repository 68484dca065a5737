using System.Net;
using System.Net.Sockets;

namespace Sluice.Tests.Support;

/// <summary>
/// Stands between the server and its PostgreSQL, on a port of its own. When asked to it cuts the connection at the commit of a removal: of
/// nothing else, because the background commits when it likes. For that it reads the statements, so none may be prepared. Or it lets nothing
/// through for a while.
/// </summary>
internal sealed class CutConnections : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _socket;
    private int _cutBefore;
    private int _cutAfter;
    private TaskCompletionSource _isThrough = new();

    /// <param name="folder">That of the server's socket.</param>
    public CutConnections(string folder)
    {
        _socket = Path.Combine(folder, ".s.PGSQL.5432");
        _isThrough.SetResult();
        _listener.Start();
        _ = AcceptAsync();
    }

    private static ReadOnlySpan<byte> Commit => "COMMIT\0"u8; // And not READ COMMITTED.

    private static ReadOnlySpan<byte> Removal => "update flow_instances"u8;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What the next so many commits meet: the server never hears of them.</summary>
    public void CutBefore(int commits) => Volatile.Write(ref _cutBefore, commits);

    /// <summary>The server does as it is told, and its answer is lost.</summary>
    public void CutAfter(int commits) => Volatile.Write(ref _cutAfter, commits);

    /// <summary>From now on nothing arrives, either way, and nobody is told. What is sent meanwhile arrives afterwards, as TCP sends it again.</summary>
    public void HoldBack() => Volatile.Write(ref _isThrough, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void LetThrough() => Volatile.Read(ref _isThrough).TrySetResult();

    public void Dispose()
    {
        LetThrough();
        _listener.Dispose();
    }

    /// <summary>How many were asked for and have not come.</summary>
    public int Left => Math.Max(0, Volatile.Read(ref _cutBefore)) + Math.Max(0, Volatile.Read(ref _cutAfter));

    private static bool TakeOne(ref int left) => Volatile.Read(ref left) > 0 && Interlocked.Decrement(ref left) >= 0;

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var caller = client;
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await server.ConnectAsync(new UnixDomainSocketEndPoint(_socket));
        await using var stream = new NetworkStream(server);
        var (isCut, isRemoval) = (false, false);
        var answers = CopyAsync(stream, caller.GetStream(), () => isCut);
        var buffer = new byte[65536];
        try
        {
            while (await caller.GetStream().ReadAsync(buffer) is > 0 and var length)
            {
                await Volatile.Read(ref _isThrough).Task;
                isRemoval |= buffer.AsSpan(0, length).IndexOf(Removal) >= 0;
                var isCommit = isRemoval && buffer.AsSpan(0, length).IndexOf(Commit) >= 0;
                if (isCommit && TakeOne(ref _cutBefore))
                {
                    return;
                }

                isCut = isCommit && TakeOne(ref _cutAfter);
                isRemoval &= !isCommit;
                await stream.WriteAsync(buffer.AsMemory(0, length));
                if (isCut)
                {
                    await answers.WaitAsync(TimeSpan.FromSeconds(10));
                    return;
                }
            }
        }
        catch (IOException)
        {
            // One of the two hung up.
        }
    }

    /// <returns>When there is an answer that must not arrive.</returns>
    private async Task CopyAsync(Stream from, Stream to, Func<bool> isCut)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var length)
            {
                await Volatile.Read(ref _isThrough).Task;
                if (isCut())
                {
                    return;
                }

                await to.WriteAsync(buffer.AsMemory(0, length));
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // One of the two hung up.
        }
    }
}
