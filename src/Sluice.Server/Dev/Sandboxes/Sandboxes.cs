using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Dev.Seed;

namespace Sluice.Server.Dev.Sandboxes;

/// <summary>All sandboxes of this process. They end with it.</summary>
/// <param name="server">The services of the whole server.</param>
/// <param name="parts">Registers all parts of a server.</param>
/// <param name="machine">Real time: by it, sandboxes that nobody uses are dropped.</param>
internal sealed class Sandboxes(IServiceProvider server, SandboxParts parts, SandboxDatabases databases, SandboxImages images, IdMaker ids, TimeProvider machine) : IAsyncDisposable
{
    /// <summary>How long a sandbox is kept that nobody calls.</summary>
    public static readonly TimeSpan Unused = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<long, Sandbox> _all = new();
    private readonly ConcurrentDictionary<string, Sandbox> _byCredential = new(StringComparer.Ordinal);
    private int _count;

    public static string PathOf(long id) => string.Create(CultureInfo.InvariantCulture, $"{SandboxRequests.Prefix}{id}");

    public Sandbox? Find(long id) => _all.GetValueOrDefault(id);

    /// <param name="credential">An access key or a bearer token.</param>
    public Sandbox? FindBy(string credential) => _byCredential.GetValueOrDefault(credential);

    /// <summary>Finds a snapshot of any sandbox of a company.</summary>
    public (Sandbox Sandbox, SandboxSnapshot Snapshot)? FindSnapshot(long companyId, long id) =>
        List(companyId).Select(one => (Sandbox: one, Snapshot: one.Find(id))).FirstOrDefault(one => one.Snapshot is not null) is { Snapshot: { } snapshot } found ? (found.Sandbox, snapshot) : null;

    /// <summary>Lists those that a company has made, the oldest first.</summary>
    public List<Sandbox> List(long companyId) => [.. _all.Values.Where(one => one.CompanyId == companyId).OrderBy(one => one.Id)];

    public Task<int> FindLimitAsync(CancellationToken ct) => databases.FindLimitAsync(ct);

    /// <param name="companyId">The company that makes it.</param>
    /// <param name="root">The URL by which the caller reaches this server.</param>
    /// <param name="image">What it begins with instead of the seed; null: the seed.</param>
    /// <returns>Null if there are as many as there may be.</returns>
    public async Task<Sandbox?> AddAsync(long companyId, SandboxBegin begin, string root, (long Sandbox, string File)? image, CancellationToken ct)
    {
        if (Interlocked.Increment(ref _count) > await databases.FindLimitAsync(ct))
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        var (id, now) = (ids.Next(), machine.GetUtcNow());
        var sandbox = new Sandbox(id, companyId, begin, KeyOf(begin.Seed, id).Credentials, root + PathOf(id)) { CreatedAt = now, LastUsedAt = now, ForkedFrom = image?.Sandbox };
        try
        {
            await OpenAsync(sandbox, image?.File, ct);
        }
        catch
        {
            Interlocked.Decrement(ref _count);
            throw;
        }

        _all[id] = _byCredential[sandbox.Key.AccessKey] = _byCredential[sandbox.Key.BearerToken] = sandbox;
        return sandbox;
    }

    /// <summary>Gives a sandbox the rows of an image in place of its own.</summary>
    /// <param name="image">Null: those of its seed, at its first time.</param>
    /// <returns>False: it was dropped.</returns>
    public Task<bool> OpenAsync(Sandbox sandbox, string? image, CancellationToken ct) =>
        sandbox.ReplaceWorldAsync(async () => await MakeWorldAsync(sandbox, image ?? await images.OfSeedAsync(sandbox.Begin.Seed, ct), isSeed: image is null, ct), ct);

    /// <summary>Keeps the rows of a sandbox as they are now.</summary>
    /// <returns>Null if it was dropped, or has as many snapshots as it may have.</returns>
    public async Task<SandboxSnapshot?> KeepAsync(Sandbox sandbox, CancellationToken ct)
    {
        var file = databases.NewFile();
        var snapshot = sandbox.Snapshots.Count < Sandbox.MaxSnapshots ? await sandbox.WithWorldAsync(
            async world =>
            {
                await world.WriteImageAsync(file, ct);
                return new SandboxSnapshot(ids.Next(), file, world.Clock.GetUtcNow());
            },
            ct) : null;
        if (snapshot is not null && sandbox.Keep(snapshot))
        {
            return snapshot;
        }

        SandboxDatabases.DeleteFile(file);
        return null;
    }

    /// <summary>Keeps an image that was loaded as a snapshot.</summary>
    /// <returns>Null if the sandbox has as many as it may have.</returns>
    public async Task<SandboxSnapshot?> KeepFileAsync(Sandbox sandbox, string image, CancellationToken ct)
    {
        var at = await databases.ReadImageAsync(image, db => new ClockStore(db).FindAsync(ct));
        var snapshot = new SandboxSnapshot(ids.Next(), image, at?.FrozenAt ?? machine.GetUtcNow() + (at?.Offset ?? TimeSpan.Zero));
        return sandbox.Keep(snapshot) ? snapshot : null;
    }

    /// <summary>Makes an image of a sandbox as it is now, and deletes it after use.</summary>
    /// <returns>The default if the sandbox was dropped.</returns>
    public async Task<T?> WithImageAsync<T>(Sandbox sandbox, Func<string, Task<T>> use, CancellationToken ct)
    {
        var file = databases.NewFile();
        try
        {
            var isMade = await sandbox.WithWorldAsync(
                async world =>
                {
                    await world.WriteImageAsync(file, ct);
                    return true;
                },
                ct);
            return isMade ? await use(file) : default;
        }
        finally
        {
            SandboxDatabases.DeleteFile(file);
        }
    }

    /// <returns>False: it was dropped already.</returns>
    public async Task<bool> DropAsync(Sandbox sandbox)
    {
        if (!_all.TryRemove(sandbox.Id, out _))
        {
            return false;
        }

        _byCredential.TryRemove(sandbox.Key.AccessKey, out _);
        _byCredential.TryRemove(sandbox.Key.BearerToken, out _);
        Interlocked.Decrement(ref _count);
        await sandbox.DisposeAsync();
        return true;
    }

    /// <summary>Drops those that nobody has called for an hour of real time.</summary>
    public async Task DropUnusedAsync()
    {
        foreach (var sandbox in _all.Values.Where(one => machine.GetUtcNow() - one.LastUsedAt > Unused))
        {
            await DropAsync(sandbox);
        }
    }

    /// <summary>Does what comes due in those whose clocks run.</summary>
    public Task RunDueAsync(CancellationToken ct) => Task.WhenAll(_all.Values.Where(one => one.World is { Clock.State.FrozenAt: null }).Select(sandbox => sandbox.WithWorldAsync(
        async world =>
        {
            await world.RunDueAsync();
            return 0;
        },
        ct)));

    public void NoteUse(Sandbox sandbox) => sandbox.LastUsedAt = machine.GetUtcNow();

    public async ValueTask DisposeAsync()
    {
        foreach (var sandbox in _all.Values)
        {
            await DropAsync(sandbox);
        }
    }

    private async Task<SandboxWorld> MakeWorldAsync(Sandbox sandbox, string image, bool isSeed, CancellationToken ct)
    {
        var db = await databases.CreateAsync(image, ct);
        try
        {
            return await MakeWorldAsync(sandbox, db, isSeed, ct);
        }
        catch
        {
            await databases.DropAsync(db);
            throw;
        }
    }

    private async Task<SandboxWorld> MakeWorldAsync(Sandbox sandbox, Db db, bool isSeed, CancellationToken ct)
    {
        var (key, _) = KeyOf(sandbox.Begin.Seed, sandbox.Id);
        await db.InTransactionAsync(
            async tx =>
            {
                await new ApiKeyStore(tx, acceptDevOnly: true).ReplaceCredentialsAsync(key, ct);
                await (isSeed ? new ClockStore(tx).SaveAsync(new ClockState(TimeSpan.Zero, sandbox.Begin.Clock), ct) : Task.CompletedTask);
            },
            ct);
        var services = new ServiceCollection();
        parts.Add(services, sandbox.Url, server);
        services.Replace(ServiceDescriptor.Singleton(_ => db));
        var world = new SandboxWorld(services.BuildServiceProvider(), server, databases);
        await world.BeginAsync(ct);
        return world;
    }

    private static (ApiKey Key, ApiKeyCredentials Credentials) KeyOf(int seed, long id)
    {
        var (companyId, keyId) = DemoDataset.Ids(seed);
        return CreateApiKey.MakePublished(companyId, keyId, string.Create(CultureInfo.InvariantCulture, $"sandbox {id}"), DemoTime.Now);
    }
}

/// <summary>Passed in at start: what registers all parts of a server.</summary>
/// <param name="Add">Takes the URL of the sandbox, and the services of the whole server.</param>
internal sealed record SandboxParts(Action<IServiceCollection, string, IServiceProvider> Add);
