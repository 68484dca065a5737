using System.Diagnostics;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Bench;

/// <summary>Makes some of the seeded instances due, and measures how fast they are worked off.</summary>
internal static class DueInstances
{
    public const int OneIn = 100;

    private static int _engines;

    /// <summary>
    /// Makes one in a hundred instances due now, at their first step again, and moves all others far into the future. Takes as long as it needs: on a slow disk
    /// that is longer than the product lets a statement run. Then empties SQLite's log: otherwise the first steps would have to look for their pages in it.
    /// </summary>
    /// <returns>How many are due.</returns>
    public static async Task<int> ArmAsync(Db db, CancellationToken ct)
    {
        var due = await MakeDueAsync(db, ct);
        await db.ForgetDeletedAsync(ct);
        return due;
    }

    private static Task<int> MakeDueAsync(Db db, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            tx.DisableTimeout();
            var now = TimeProvider.System.GetUtcNow();
            foreach (var table in (SqlText[])[new("step_ledger"), new("todos"), new("messages")])
            {
                await tx.ExecuteAsync($"delete from {table}", ct);
            }

            await tx.ExecuteAsync($"update flow_instances set next_due_at = {now.AddDays(30)} where next_due_at <= {now.AddDays(20)}", ct);
            return await tx.ExecuteAsync($"""
                update flow_instances
                set next_due_at = {now.AddSeconds(-1)},
                    waits_for = 0,
                    status = 1,
                    step_order = 1
                where id % {OneIn} = 0 and {InstanceStatuses.IsOpen()}
                """, ct);
        },
        ct);

    /// <param name="work">Returns how many it has done, which must be all.</param>
    /// <returns>How many in a second.</returns>
    public static async Task<double> RateAsync(int due, Func<Task<int>> work)
    {
        var started = Stopwatch.GetTimestamp();
        var done = await work();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return done == due ? due / seconds : throw new InvalidOperationException($"{due} were due and {done} were done");
    }

    /// <summary>Ids that no other engine of this process makes.</summary>
    public static IdMaker NewIds() =>
        new(TimeProvider.System) { Range = new IdRange(1 + (Interlocked.Increment(ref _engines) % IdRange.MaxNode), DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.MaxValue) };
}
