using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Simulation;

/// <summary>
/// Runs one seed: two workers with the real engine, on a clock that jumps from one event to the next, while workers are killed and
/// the outside world acts. Afterwards time passes without disturbances until nothing is due, and no instance may be stuck.
/// </summary>
/// <param name="template">Path of a database that contains the team; it is copied.</param>
internal sealed class Simulation(string template, SimTeam team, int days, PlantedBug bug)
{
    private const int MaxTurns = 50_000;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Afterwards = TimeSpan.FromDays(400);

    /// <param name="limit">The largest number of disturbances.</param>
    public async Task<SimResult> RunAsync(int seed, int limit)
    {
        var file = $"{template}.{Environment.CurrentManagedThreadId}-{seed}";
        File.Copy(template, file, overwrite: true);
        var faults = new FaultInjector(seed, limit);
        try
        {
            await using var db = new SqliteDb(file);
            await team.SetRulesAsync(db, seed);
            return await RunAsync(db, faults, seed);
        }
        finally
        {
            foreach (var suffix in (string[])["", "-wal", "-shm"])
            {
                File.Delete(file + suffix);
            }
        }
    }

    private async Task<SimResult> RunAsync(Db db, FaultInjector faults, int seed)
    {
        var (clock, server, receiver, nodes) = (new SimClock(SimTeam.Start), new SimMailServer(), new SimReceiver(db), 0);
        var invariants = new Invariants(db, clock, server, receiver, team.CompanyId);
        var workers = new SimWorker[2];
        string? fault = null;
        SimWorker Make() => new(db, faults, bug, clock, ++nodes % 1023, server, what => fault ??= what);
        (workers[0], workers[1]) = (Make(), Make());
        var acts = new Acts(new SimWorld(db, team, faults, clock, server, new SimInbox(), receiver, () => workers[0].Life.IsCancellationRequested ? workers[0] = Make() : workers[0]));
        faults.Now = clock.GetUtcNow;
        var busy = 0;
        faults.Act = () => faults.Random.Next(3) == 0 ? PassAsync(workers, 1 - busy, Make) : acts.OneAsync();
        faults.Check = invariants.CheckAsync;
        try
        {
            await LoopAsync(faults, clock, acts, invariants, at => PassAsync(workers, busy = at, Make), () => workers[0].Engine, () => fault);
            return new SimResult(seed, null, faults.Count, faults.History.Count, faults.History);
        }
        catch (ViolationException violation)
        {
            faults.Record($"VIOLATION: {violation.Message}");
            return new SimResult(seed, violation.Message, faults.Count, faults.History.Count, faults.History);
        }
    }

    private async Task LoopAsync(
        FaultInjector faults, SimClock clock, Acts acts, Invariants invariants, Func<int, Task> passAsync, Func<FlowEngine> engine, Func<string?> fault)
    {
        var end = SimTeam.Start.AddDays(days);
        var nextAct = clock.Now;
        for (var turn = 0; ; turn++)
        {
            faults.IsCalm = clock.Now >= end;
            var due = await engine().NextDueAsync(default);
            if (fault() is { } what || turn > MaxTurns)
            {
                throw new ViolationException(fault() ?? $"after {MaxTurns} turns there is still something to do");
            }

            if (faults.IsCalm && (due is null || due > end + Afterwards))
            {
                await acts.FinishAsync();
                await invariants.CheckEndAsync();
                return;
            }

            if (!faults.IsCalm && (due is null || nextAct < due))
            {
                clock.Now = nextAct > clock.Now ? nextAct : clock.Now;
                nextAct = clock.Now.AddMinutes(1 + faults.Random.Next(4 * days * 16));
                await ActAsync(faults, acts);
                await invariants.CheckAsync();
                continue;
            }

            clock.Now = due > clock.Now ? due.Value : clock.Now;
            var before = faults.History.Count;
            await passAsync(faults.Random.Next(2));
            if (faults.History.Count == before && await engine().NextDueAsync(default) <= clock.Now)
            {
                clock.Now += Wait; // The due work is leased to a worker that was killed: wait for the lease.
            }
        }
    }

    private static async Task ActAsync(FaultInjector faults, Acts acts)
    {
        try
        {
            await acts.OneAsync();
        }
        catch (OperationCanceledException)
        {
            faults.Record("the process that did this was killed");
        }
    }

    /// <summary>Lets one worker do what is due. If the worker is killed, a new one takes its place.</summary>
    private static async Task PassAsync(SimWorker[] workers, int at, Func<SimWorker> make)
    {
        var worker = workers[at].Life.IsCancellationRequested ? workers[at] = make() : workers[at];
        try
        {
            await worker.Engine.RunDueAsync(worker.Life.Token);
        }
        catch (OperationCanceledException) when (worker.Life.IsCancellationRequested)
        {
            workers[at] = make();
        }
    }
}

/// <param name="Violation">The broken invariant; null: none.</param>
/// <param name="Disturbances">How many disturbances there were.</param>
/// <param name="History">One line for each event; empty for a run in the middle of many, to save memory.</param>
internal sealed record SimResult(int Seed, string? Violation, int Disturbances, int Events, IReadOnlyList<string> History);
