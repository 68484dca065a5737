using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>
/// Processes due instances in batches. It claims a batch, reads the facts and decides without any lock, then writes each company's changes in
/// one transaction that names the claims' fencing tokens. A worker killed in between has done nothing; a worker that is late writes nothing.
/// </summary>
internal sealed partial class ProcessDueInstances(Db db, BeginStep begin, ApplyChanges apply, TimeProvider clock, ILogger<ProcessDueInstances> logger)
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>A larger batch blocks SQLite's single writer for too long. PostgreSQL gets faster with batches of up to 1000.</summary>
    private readonly int _batch = ReferenceEquals(db.Dialect, Dialect.Sqlite) ? 100 : 1000;

    /// <summary>Failed instances, each with the time of its next try. Needed only on SQLite, where no lease holds them back.</summary>
    private readonly Dictionary<long, DateTimeOffset> _aside = [];

    /// <summary>How many failed instances this process keeps back without a lease.</summary>
    public int AsideCount => _aside.Count;

    /// <returns>How many instances were due, and the events.</returns>
    public async Task<(int Claimed, List<InstanceEvent> Events)> RunOnceAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var claimed = await ClaimAsync(now, ct);
        var events = new List<InstanceEvent>();
        foreach (var company in claimed.OrderBy(run => run.NextDueAt).ThenBy(run => run.Id).GroupBy(run => run.CompanyId).OrderBy(company => company.Key))
        {
            events.AddRange(await RunAsync(company.Key, [.. company], now, ct));
        }

        return (claimed.Count, events);
    }

    private async Task<List<Run>> ClaimAsync(DateTimeOffset now, CancellationToken ct)
    {
        if (!ReferenceEquals(db.Dialect, Dialect.Sqlite))
        {
            return await db.InTransactionAsync(tx => new RunStore(tx).ClaimDueAsync(now, Lease, _batch, ct), ct);
        }

        foreach (var (id, _) in _aside.Where(one => one.Value <= now).ToList())
        {
            _aside.Remove(id);
        }

        var due = await new RunStore(db).ListDueAsync(now, _batch + _aside.Count, ct);
        return _aside.Count == 0 ? due : due.FindAll(run => !_aside.ContainsKey(run.Id));
    }

    /// <summary>Writes a batch. One failing instance must not hold up the others: if the batch fails, each instance is tried alone.</summary>
    private async Task<List<InstanceEvent>> RunAsync(long companyId, List<Run> runs, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            return await TryAsync(companyId, runs, now, ct);
        }
        catch (Exception) when (runs.Count > 1 && !ct.IsCancellationRequested)
        {
            var events = new List<InstanceEvent>();
            foreach (var run in runs)
            {
                events.AddRange(await RunAsync(companyId, [run], now, ct));
            }

            return events;
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            LogFailed(runs[0].Id, fault);
            if (ReferenceEquals(db.Dialect, Dialect.Sqlite))
            {
                _aside[runs[0].Id] = now + Lease;
            }

            return [];
        }
    }

    private async Task<List<InstanceEvent>> TryAsync(long companyId, List<Run> runs, DateTimeOffset now, CancellationToken ct)
    {
        var open = runs.FindAll(run => run.IsOpen);
        var facts = await StepFacts.GatherAsync(db, companyId, open, ct);
        var changes = open.Select(run => begin.Decide(run, facts, now)).OfType<InstanceChange>().ToList();
        var idle = runs.Where(run => !run.IsOpen).ToList();
        using var spans = Spans.AreWanted ? await StepSpans.BeginAsync(db, companyId, changes, ct) : null;
        var events = await db.InTransactionAsync(async tx =>
        {
            if (idle.Count > 0)
            {
                await new RunStore(tx).ClearDueAsync(idle, ct);
            }

            return await apply.RunAsync(tx, changes, now, ct);
        }, ct);
        spans?.Succeed();
        return events;
    }

    [LoggerMessage(1, LogLevel.Error, "Flow instance {FlowInstanceId} could not go on; the engine tries it again in 30 seconds")]
    private partial void LogFailed(long flowInstanceId, Exception fault);
}
