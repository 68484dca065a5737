using System.Net;
using System.Net.Sockets;

namespace Sluice.Tests.Support;

/// <summary>
/// A proxy between the server and its PostgreSQL. On request it cuts the connection at the commit of a removal, and at no other commit, because
/// background loops commit at any time. To find removals it reads the statements, so they must not be prepared. It can also let nothing through
/// for a while.
/// </summary>
internal sealed class ConnectionCutter : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _socket;
    private int _cutBefore;
    private int _cutAfter;
    private TaskCompletionSource _isThrough = new();

    /// <param name="folder">The folder of PostgreSQL's socket.</param>
    public ConnectionCutter(string folder)
    {
        _socket = Path.Combine(folder, ".s.PGSQL.5432");
        _isThrough.SetResult();
        _listener.Start();
        _ = AcceptAsync();
    }

    private static ReadOnlySpan<byte> Commit => "COMMIT\0"u8; // The terminating zero tells it from READ COMMITTED.

    private static ReadOnlySpan<byte> Removal => "update flow_instances"u8;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts the connection before PostgreSQL gets the commit, for the next <paramref name="commits"/> commits.</summary>
    public void CutBefore(int commits) => Volatile.Write(ref _cutBefore, commits);

    /// <summary>Cuts the connection after PostgreSQL has committed, so that its answer is lost, for the next <paramref name="commits"/> commits.</summary>
    public void CutAfter(int commits) => Volatile.Write(ref _cutAfter, commits);

    /// <summary>Silently delivers nothing, in either direction, from now on. What is sent meanwhile arrives later, as it would over TCP.</summary>
    public void HoldBack() => Volatile.Write(ref _isThrough, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void LetThrough() => Volatile.Read(ref _isThrough).TrySetResult();

    public void Dispose()
    {
        LetThrough();
        _listener.Dispose();
    }

    /// <summary>How many of the requested cuts have not happened yet.</summary>
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
            // One side closed the connection.
        }
    }

    /// <returns>When the connection ends, or when an answer comes that must not arrive.</returns>
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
            // One side closed the connection.
        }
    }
}
