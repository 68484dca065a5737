using Microsoft.Extensions.DependencyInjection.Extensions;
using Sluice.Engine.Events;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Dev.Sandboxes;

namespace Sluice.Server.Dev.ClockPreview;

/// <summary>
/// Says what would happen if the clock of <c>sluice dev</c> were moved forward: moves that of a copy of all data, and deletes the copy. Nothing leaves the copy,
/// because nobody starts its webhooks.
/// </summary>
/// <param name="server">The services of the whole server.</param>
internal sealed class PreviewClock(IServiceProvider server, SandboxParts parts, SandboxDatabases databases) : IDisposable
{
    public const string IsBusy = "Another preview is running: wait until it ends";
    public const string IsTooMuch = "There is too much data to look so far ahead within a minute: look less far ahead";

    public static readonly TimeSpan Farthest = TimeSpan.FromDays(92);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1); // Each preview takes as much disk as the data, and a processor.

    /// <param name="db">The data: the server's, or that of a sandbox.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="companyId">The company whose events are returned.</param>
    /// <param name="target">A later time.</param>
    /// <param name="ct">Ends the preview.</param>
    /// <returns>What would happen, or why nobody knows.</returns>
    public async Task<(MoveResult? Result, string? Refusal)> RunAsync(Db db, MovableClock clock, long companyId, DateTimeOffset target, CancellationToken ct)
    {
        if (!await _gate.WaitAsync(TimeSpan.Zero, ct))
        {
            return (null, IsBusy);
        }

        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return (await CopyAndMoveAsync(db, clock.GetUtcNow(), companyId, target, ends.Token), null);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return (null, IsTooMuch);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<MoveResult> CopyAndMoveAsync(Db db, DateTimeOffset now, long companyId, DateTimeOffset target, CancellationToken ct)
    {
        var file = databases.NewFile();
        try
        {
            await databases.WriteImageAsync(db, file, ct);
            await using var copy = OpenDatabase.Throwaway(file);
            return await MoveAsync(copy, now, companyId, target, ct);
        }
        finally
        {
            SandboxDatabases.DeleteFile(file);
        }
    }

    private async Task<MoveResult> MoveAsync(Db copy, DateTimeOffset now, long companyId, DateTimeOffset target, CancellationToken ct)
    {
        var services = new ServiceCollection();
        parts.Add(services, "http://localhost", server);
        services.Replace(ServiceDescriptor.Singleton(_ => copy));
        await using var own = services.BuildServiceProvider();
        own.GetRequiredService<MovableClock>().State = new ClockState(TimeSpan.Zero, now);
        await own.GetRequiredService<ReleaseLeases>().RunAsync(ct);
        await own.GetRequiredService<NodeLease>().BeginAsync(ct);
        await new FeedStore(copy).RaiseTurnsAsync(ct);
        return await own.GetRequiredService<MoveClock>().RunAsync(companyId, _ => target, _ => true, ct) ?? throw new InvalidOperationException("Nobody else moves the clock of a copy");
    }
}
