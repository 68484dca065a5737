using Sluice.Engine.Companies;
using Sluice.Server.Dev.Seed;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Sandboxes;

/// <summary>
/// A company of its own in <c>sluice dev</c>, with its own key, data, clock, faults, inbox and request log. Its writes run one after the other; reads wait
/// only while a write runs.
/// </summary>
/// <param name="id">Part of its URL.</param>
/// <param name="companyId">The company whose key made it. No other company sees it.</param>
/// <param name="begin">How it begins, and what a reset leads back to.</param>
/// <param name="key">Leads to it from every path of the API.</param>
/// <param name="url">The base URL of its API, also where no key is sent.</param>
internal sealed class Sandbox(long id, long companyId, SandboxBegin begin, ApiKeyCredentials key, string url) : IAsyncDisposable
{
    public const int MaxSnapshots = 20;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<SandboxSnapshot> _snapshots = [];
    private SandboxWorld? _world;
    private bool _isDropped;
    private long _lastUsed;

    public long Id => id;

    public long CompanyId => companyId;

    public SandboxBegin Begin => begin;

    public ApiKeyCredentials Key => key;

    public string Url => url;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The sandbox that it was made from; null: a seed.</summary>
    public long? ForkedFrom { get; init; }

    /// <summary>In real time.</summary>
    public DateTimeOffset LastUsedAt
    {
        get => new(Interlocked.Read(ref _lastUsed), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _lastUsed, value.UtcTicks);
    }

    /// <summary>Null while it is made, and after it was dropped.</summary>
    public SandboxWorld? World => _world;

    public IReadOnlyList<SandboxSnapshot> Snapshots
    {
        get
        {
            lock (_snapshots)
            {
                return [.. _snapshots];
            }
        }
    }

    /// <returns>False: there are <see cref="MaxSnapshots"/> already.</returns>
    public bool Keep(SandboxSnapshot snapshot)
    {
        lock (_snapshots)
        {
            if (_snapshots.Count < MaxSnapshots)
            {
                _snapshots.Add(snapshot);
                return true;
            }

            return false;
        }
    }

    public SandboxSnapshot? Find(long snapshotId) => Snapshots.FirstOrDefault(one => one.Id == snapshotId);

    /// <summary>Forgets a snapshot. The caller deletes its file.</summary>
    public bool Forget(SandboxSnapshot snapshot)
    {
        lock (_snapshots)
        {
            return _snapshots.Remove(snapshot);
        }
    }

    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        var isWrite = IdempotentCalls.IsWrite(http.Request.Method);
        try
        {
            await _turn.WaitAsync(http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            return; // The client has left.
        }

        var world = _world;
        world?.Enter();
        if (!isWrite)
        {
            _turn.Release();
        }

        try
        {
            await (world is null ? ApiError.NotFound("This sandbox was dropped: make another one").ExecuteAsync(http) : world.RunAsync(http, next, isWrite));
        }
        finally
        {
            world?.Leave();
            if (isWrite)
            {
                _turn.Release();
            }
        }
    }

    /// <summary>Runs work on the world while no write runs in it.</summary>
    /// <returns>The default if the sandbox was dropped.</returns>
    public async Task<T?> WithWorldAsync<T>(Func<SandboxWorld, Task<T>> work, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return _world is { } world ? await work(world) : default;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Puts another world in place of the present one while no write runs, and closes the old one.</summary>
    /// <param name="make">Null leaves the sandbox without a world: it is dropped.</param>
    /// <returns>False: it was dropped before.</returns>
    public async Task<bool> ReplaceWorldAsync(Func<Task<SandboxWorld>>? make, CancellationToken ct)
    {
        SandboxWorld? old;
        await _turn.WaitAsync(ct);
        try
        {
            if (_isDropped)
            {
                return false;
            }

            (_isDropped, old, _world) = (make is null, _world, make is null ? null : await make());
        }
        finally
        {
            _turn.Release();
        }

        await (old?.DisposeAsync() ?? ValueTask.CompletedTask);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await ReplaceWorldAsync(null, CancellationToken.None);
        foreach (var snapshot in Snapshots)
        {
            SandboxDatabases.DeleteFile(snapshot.File);
        }
    }
}

/// <param name="Seed">Which demo data.</param>
/// <param name="Clock">The time at which its clock stands still.</param>
internal sealed record SandboxBegin(int Seed, DateTimeOffset Clock)
{
    /// <summary>The data and the time of a sandbox of which nothing else is said.</summary>
    public static readonly SandboxBegin Default = new(1, DemoTime.Now);
}

/// <param name="File">Its image.</param>
/// <param name="At">The time of the sandbox's clock.</param>
internal sealed record SandboxSnapshot(long Id, string File, DateTimeOffset At);
