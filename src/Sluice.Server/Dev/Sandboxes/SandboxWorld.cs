using System.Collections.Concurrent;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Sandboxes;

/// <summary>
/// The services of one sandbox, over a database, a clock and ids of its own. The routes and the code are those of the whole server. A sandbox that is
/// reset or restored gets a new world.
/// </summary>
internal sealed class SandboxWorld : IAsyncDisposable
{
    /// <summary>How long a world that is being closed waits for calls that still read from it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ServiceProvider _own;
    private readonly SandboxDatabases _databases;
    private readonly SandboxWork _work;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<Type, object> _middleware = new();
    private readonly SemaphoreSlim _empty = new(0);
    private int _visits = 1; // One is the world's own, until it closes.

    public SandboxWorld(ServiceProvider own, IServiceProvider server, SandboxDatabases databases)
    {
        (_own, _databases) = (own, databases);
        Services = new EitherServices(own, server);
        _work = new SandboxWork(own);
    }

    public IServiceProvider Services { get; }

    public Db Db => _own.GetRequiredService<Db>();

    public MovableClock Clock => _own.GetRequiredService<MovableClock>();

    /// <summary>Makes the world ready for calls: its clock and its ids go on where the database says.</summary>
    public Task BeginAsync(CancellationToken ct) => _work.BeginAsync(ct);

    public void Enter() => Interlocked.Increment(ref _visits);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _visits) == 0)
        {
            _empty.Release();
        }
    }

    /// <summary>Runs a call in this world. A write ends when everything is done that it has made due.</summary>
    public async Task RunAsync(HttpContext http, RequestDelegate next, bool isWrite)
    {
        var (server, aborted) = (http.RequestServices, http.RequestAborted);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(aborted, _closing.Token);
        (http.RequestServices, http.RequestAborted) = (Services, ends.Token);
        http.Features.Set(this);
        if (isWrite)
        {
            http.Features.Set(new GivenRequestId(RequestId.Of(_own.GetRequiredService<IdMaker>().Next())));
        }

        try
        {
            await next(http);
        }
        finally
        {
            http.RequestServices = server;
            http.RequestAborted = http.RequestAborted == ends.Token ? aborted : http.RequestAborted;
            if (isWrite)
            {
                await _work.RunAsync(http.Request.Path);
            }
        }
    }

    /// <summary>Does what came due by itself, because the clock runs.</summary>
    public Task RunDueAsync() => _work.RunAsync("");

    /// <summary>Returns this world's own object of a middleware.</summary>
    public T Middleware<T>(Func<IServiceProvider, T> make)
        where T : class =>
        (T)_middleware.GetOrAdd(typeof(T), static (_, state) => state.make(state.Services), (make, Services));

    /// <summary>Writes everything into a new image.</summary>
    public async Task WriteImageAsync(string image, CancellationToken ct)
    {
        await _own.GetRequiredService<DailyQuota>().SaveAsync(ct);
        await _databases.WriteImageAsync(Db, image, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        Leave();
        using (var patience = new CancellationTokenSource(Patience, TimeProvider.System))
        {
            await _empty.WaitAsync(patience.Token).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        await _work.DisposeAsync();
        var db = Db;
        await _own.DisposeAsync();
        await _databases.DropAsync(db);
        _closing.Dispose();
        _empty.Dispose();
    }

    /// <summary>The world's own services, and for what it does not have, such as the pages of the documentation, those of the whole server.</summary>
    private sealed class EitherServices(IServiceProvider own, IServiceProvider server) : IServiceProvider
    {
        public object? GetService(Type serviceType) => own.GetService(serviceType) ?? server.GetService(serviceType);
    }
}
