using Sluice.Engine.Instances;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Bench;

/// <summary>The flow instances that <c>sluice seed load</c> made: one company, ids without a gap.</summary>
internal sealed record Instances(long CompanyId, long FirstId, long Count)
{
    /// <summary>A prime, so it walks through every id once. The same as in requests.lua.</summary>
    private const long Stride = 7_368_787;

    public static async Task<Instances> FindAsync(string database, CancellationToken ct)
    {
        await using var db = OpenDatabase.At(database);
        return (await db.QueryAsync(
            $"select min(company_id), min(id), count(*) from flow_instances",
            row => new Instances(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)),
            ct)).Single();
    }

    /// <summary>How many have been removed in all. A load is believed only when it agrees with this.</summary>
    public static async Task<int> PrintRemovedAsync(string database, CancellationToken ct)
    {
        await using var db = OpenDatabase.At(database);
        var removed = await db.QueryAsync($"select count(*) from instance_events where kind = {InstanceEvent.Removed}", row => row.GetInt64(0), ct);
        Console.WriteLine(removed.Single());
        return 0;
    }

    /// <summary>Each id once, and neighbours far apart: whom people take out of flows are not neighbours in an index either.</summary>
    public long Scattered(long turn) => FirstId + (turn * Stride % Count);
}
