using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;
using Sluice.Engine.Tasks;

namespace Sluice.Bench;

/// <summary>
/// Measures the engine's rate: one in a hundred open instances is due with a call to make, and the nodes do all of them. In turn with it, measures a
/// bare claim loop, which claims, advances and inserts the same task rows, but has no facts, rules, ledger or history. All in one process; a node
/// is an engine with connections of its own.
/// </summary>
internal static class DueSteps
{
    private const int Rounds = 5;

    /// <summary>
    /// Prints a line for each round: <c>steps nodes engine bare</c>, in steps a second. With several nodes, each round has a line for one node first: the two are
    /// compared, so they take turns.
    /// </summary>
    public static async Task<int> RunAsync(string database, int nodes, CancellationToken ct)
    {
        await using var db = OpenDatabase.At(database);
        var others = Enumerable.Range(1, nodes - 1).Select(_ => OpenDatabase.At(database)).ToList();
        await db.ExecuteAsync($"update steps set action = 'CALL'", ct);
        await DueInstances.ArmAsync(db, ct);
        await EngineAsync([db, .. others], ct); // Warm-up, not counted: the JIT compiles code and pages are read.
        await DueInstances.ArmAsync(db, ct);
        await BareAsync(db, ct);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var some in nodes == 1 ? (int[])[1] : [1, nodes])
            {
                await PrintAsync([db, .. others.Take(some - 1)], ct);
            }
        }

        foreach (var other in others)
        {
            await other.DisposeAsync();
        }

        return 0;
    }

    private static async Task PrintAsync(IReadOnlyList<Db> nodes, CancellationToken ct)
    {
        var due = await DueInstances.ArmAsync(nodes[0], ct);
        var engine = await DueInstances.RateAsync(due, () => EngineAsync(nodes, ct));
        due = await DueInstances.ArmAsync(nodes[0], ct);
        var bare = await DueInstances.RateAsync(due, () => BareAsync(nodes[0], ct));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{due} {nodes.Count} {engine:F0} {bare:F0}"));
    }

    private static async Task<int> EngineAsync(IReadOnlyList<Db> nodes, CancellationToken ct)
    {
        var done = 0;
        await Task.WhenAll(nodes.Select(db => Task.Run(
            async () =>
            {
                var ids = DueInstances.NewIds();
                var apply = new ApplyChanges(ids);
                var runs = new ProcessDueInstances(db, new BeginStep(apply, new StepMail(ids)), apply, TimeProvider.System, NullLogger<ProcessDueInstances>.Instance);
                while (await runs.RunOnceAsync(ct) is { Due: > 0 } pass)
                {
                    Interlocked.Add(ref done, pass.Events.Count);
                }
            },
            ct)));
        return done;
    }

    private static async Task<int> BareAsync(Db db, CancellationToken ct)
    {
        var ids = DueInstances.NewIds();
        var workers = ReferenceEquals(db.Dialect, Dialect.Sqlite) ? 1 : 2;
        var batch = ReferenceEquals(db.Dialect, Dialect.Sqlite) ? 100 : 1000;
        var done = 0;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(
            async () =>
            {
                for (var moved = -1; moved != 0; Interlocked.Add(ref done, moved))
                {
                    moved = await db.InTransactionAsync(tx => MoveAsync(tx, batch, ids, ct), ct);
                }
            },
            ct)));
        return done;
    }

    private static async Task<int> MoveAsync(IDbSession tx, int batch, IdMaker ids, CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow();
        var moved = await tx.QueryAsync($"""
            with due as (
                select d.company_id, d.id
                from flow_instances d
                where d.next_due_at is not null and d.next_due_at <= {now}
                order by d.next_due_at
                limit {batch}
                {tx.Dialect.ForUpdateSkipLocked("d")}
            )
            update flow_instances
            set next_due_at = {now.AddDays(30)},
                step_order = step_order + 1
            from due
            where flow_instances.company_id = due.company_id and flow_instances.id = due.id
            returning flow_instances.company_id, flow_instances.id, flow_instances.owner_id, flow_instances.prospect_id, flow_instances.flow_id
            """, row => (Company: row.GetInt64(0), Id: row.GetInt64(1), Owner: row.GetInt64(2), Prospect: row.GetInt64(3), Flow: row.GetInt64(4)), ct);
        if (moved.Count > 0)
        {
            await new ToDoStore(tx).AddAsync(
                moved.ConvertAll(one => new ToDo(
                    one.Company, ids.Next(), one.Owner, 1, one.Prospect, one.Id, one.Flow, 1, TaskKind.Step, "CALL", null, ToDoStatus.Open, ToDoPriority.Medium, now, now, now)),
                ct);
        }

        return moved.Count;
    }
}
