using Sluice.Engine.Storage;

namespace Sluice.Simulation;

/// <summary>Checks that an idempotency key has one effect, and that the two are always there together.</summary>
internal sealed class KeyInvariant(Db db)
{
    public async Task CheckAsync()
    {
        var done = await db.QueryAsync($"select request_id from bulk_jobs order by id", row => row.GetString(0), default);
        var kept = await db.QueryAsync($"select request_id from idempotency_keys where status is not null order by request_id", row => row.GetString(0), default);
        var twice = done.GroupBy(id => id.Split('-')[0]).FirstOrDefault(calls => calls.Count() > 1);
        ViolationException.Require(twice is null, $"{twice?.Key} was done {twice?.Count()} times with one key");
        ViolationException.Require(done.ToHashSet().SetEquals(kept), $"keys without effect: {string.Join(", ", kept.Except(done))}; effects without key: {string.Join(", ", done.Except(kept))}");
    }
}
