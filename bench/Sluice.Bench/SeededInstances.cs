using Sluice.Engine.Instances;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Bench;

/// <summary>The flow instances that <c>sluice seed load</c> created: one company, ids without gaps.</summary>
internal sealed record SeededInstances(long CompanyId, long FirstId, long Count)
{
    /// <summary>A prime, so steps of this size visit every id once. Must equal STRIDE in requests.lua.</summary>
    private const long Stride = 7_368_787;

    public static async Task<SeededInstances> FindAsync(string database, CancellationToken ct)
    {
        await using var db = OpenDatabase.At(database);
        return (await db.QueryAsync(
            $"select min(company_id), min(id), count(*) from flow_instances",
            row => new SeededInstances(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)),
            ct)).Single();
    }

    /// <summary>Prints how many instances have been removed in all. A load run counts only if its answers agree with this number.</summary>
    public static async Task<int> PrintRemovedAsync(string database, CancellationToken ct)
    {
        await using var db = OpenDatabase.At(database);
        var removed = await db.QueryAsync($"select count(*) from instance_events where kind = {InstanceEvent.Removed}", row => row.GetInt64(0), ct);
        Console.WriteLine(removed.Single());
        return 0;
    }

    /// <summary>Visits each id once, in scattered order: prospects that users unassign are not neighbours in an index either.</summary>
    public long Scattered(long turn) => FirstId + Scatter(turn, Count);

    /// <returns>A number below <paramref name="count"/>: each of them once in as many turns, in scattered order.</returns>
    public static long Scatter(long turn, long count) => turn * Stride % count;
}
