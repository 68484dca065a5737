using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>
/// Processes due instances in batches. One transaction locks a company's due instances, reads the facts, decides and writes. So a worker that is killed in between
/// has done nothing, its locks end with its connection, and no other worker begins the same step.
/// </summary>
internal sealed partial class ProcessDueInstances(Db db, BeginStep begin, ApplyChanges apply, TimeProvider clock, ILogger<ProcessDueInstances> logger)
{
    /// <summary>How long an instance waits that could not be processed.</summary>
    public static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(30);

    /// <summary>
    /// On SQLite the only writer is busy with a batch from the reading of its facts to the commit; with 100 steps it was for about 17 ms. PostgreSQL gets faster with batches of
    /// up to 1000.
    /// </summary>
    private readonly int _batch = db.Dialect.IsShared ? 1000 : 64;

    /// <summary>Failed instances, each with the time of its next try. Each node keeps its own, so on PostgreSQL each node tries them.</summary>
    private readonly Dictionary<long, DateTimeOffset> _aside = [];

    /// <summary>How many failed instances this process keeps back.</summary>
    public int AsideCount => _aside.Count;

    /// <returns>How many instances were due, and the events.</returns>
    public async Task<(int Due, List<InstanceEvent> Events)> RunOnceAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        ForgetAside(now);
        var (due, first) = await RunFirstAsync(now, ct);
        var events = new List<InstanceEvent>();
        foreach (var (index, company) in due.Index())
        {
            List<long> ids = [.. company.Select(run => run.Id)];
            events.AddRange(index > 0 ? await RunAsync(company.Key, ids, now, ct) : first ?? await RunEachAsync(company.Key, ids, now, ct));
        }

        return (due.Sum(company => company.Count()), events);
    }

    private void ForgetAside(DateTimeOffset now)
    {
        foreach (var (id, _) in _aside.Where(one => one.Value <= now).ToList())
        {
            _aside.Remove(id);
        }
    }

    /// <summary>Finds the batch, and in the same transaction processes its first company, which is usually the only one.</summary>
    /// <returns>The batch; and the events of its first company, or null if it failed.</returns>
    private async Task<(List<IGrouping<long, Run>> Due, List<InstanceEvent>? Events)> RunFirstAsync(DateTimeOffset now, CancellationToken ct)
    {
        List<IGrouping<long, Run>> due = [];
        try
        {
            var events = await WriteAsync(
                async tx =>
                {
                    var locked = await new RunStore(tx).LockDueAsync(now, _batch + _aside.Count, ct);
                    due = [.. locked.Where(run => !_aside.ContainsKey(run.Id)).GroupBy(run => run.CompanyId).OrderBy(company => company.Key)];
                    return due.Count == 0 ? [] : [.. due[0]];
                },
                now,
                ct);
            return (due, events);
        }
        catch (Exception) when (due.Count > 0 && !ct.IsCancellationRequested)
        {
            return (due, null);
        }
    }

    /// <summary>One failing instance must not hold up the others: if all together fail, each is tried alone.</summary>
    private async Task<List<InstanceEvent>> RunAsync(long companyId, List<long> ids, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            return await WriteAsync(tx => new RunStore(tx).LockDueAsync(companyId, ids, now, ct), now, ct);
        }
        catch (Exception) when (ids.Count > 1 && !ct.IsCancellationRequested)
        {
            return await RunEachAsync(companyId, ids, now, ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            LogFailed(ids[0], fault);
            _aside[ids[0]] = now + TryAgain;
            return [];
        }
    }

    private async Task<List<InstanceEvent>> RunEachAsync(long companyId, List<long> ids, DateTimeOffset now, CancellationToken ct)
    {
        var events = new List<InstanceEvent>();
        foreach (var id in ids)
        {
            events.AddRange(await RunAsync(companyId, [id], now, ct));
        }

        return events;
    }

    /// <param name="lockRuns">Locks due instances of one company.</param>
    private async Task<List<InstanceEvent>> WriteAsync(Func<IDbSession, Task<List<Run>>> lockRuns, DateTimeOffset now, CancellationToken ct)
    {
        StepSpans? spans = null;
        try
        {
            var events = await db.InTransactionAsync(
                async tx =>
                {
                    var runs = await lockRuns(tx);
                    var ended = runs.FindAll(run => !run.IsOpen);
                    var changes = await DecideAsync(tx, [.. runs.Where(run => run.IsOpen).OrderBy(run => run.NextDueAt).ThenBy(run => run.Id)], now, ct);
                    spans?.Dispose(); // Those of an earlier try of this transaction.
                    spans = Spans.AreWanted && changes.Count > 0 ? await StepSpans.BeginAsync(tx, changes, ct) : null;
                    await (ended.Count > 0 ? new RunStore(tx).ClearDueAsync(ended, ct) : Task.CompletedTask);
                    return await apply.RunAsync(tx, changes, now, ct);
                },
                ct);
            spans?.Succeed();
            return events;
        }
        finally
        {
            spans?.Dispose();
        }
    }

    private async Task<List<InstanceChange>> DecideAsync(IDbSession tx, List<Run> open, DateTimeOffset now, CancellationToken ct)
    {
        if (open.Count == 0)
        {
            return [];
        }

        var facts = await StepFacts.GatherAsync(tx, open[0].CompanyId, open, ct);
        return [.. open.Select(run => begin.Decide(run, facts, now)).OfType<InstanceChange>()];
    }

    [LoggerMessage(1, LogLevel.Error, "Flow instance {FlowInstanceId} could not go on; the engine tries it again in 30 seconds")]
    private partial void LogFailed(long flowInstanceId, Exception fault);
}
