namespace Sluice.Engine.Storage;

/// <summary>
/// Tells the database's time of day, so that all nodes on one database agree: each node reads the leases, limits and days that the others
/// write. The machine's time of day has no effect, even if it is an hour wrong or is corrected. Between two queries to the database, this
/// clock advances with the machine's monotonic counter.
/// </summary>
internal sealed class DatabaseClock(Db db, TimeProvider machine) : TimeProvider
{
    private Anchor _anchor = new(machine.GetTimestamp(), machine.GetUtcNow());

    public override DateTimeOffset GetUtcNow()
    {
        var anchor = Volatile.Read(ref _anchor);
        return anchor.Time + machine.GetElapsedTime(anchor.At);
    }

    public override long GetTimestamp() => machine.GetTimestamp();

    /// <summary>Reads the time from the database. Ignores a difference that is not longer than the query took.</summary>
    public async Task SetAsync(CancellationToken ct)
    {
        var asked = machine.GetTimestamp();
        var told = (await db.QueryAsync($"select {db.Dialect.Now}", row => row.Time(0), ct)).Single();
        var answered = machine.GetTimestamp();
        var took = machine.GetElapsedTime(asked, answered);
        var then = told + (took / 2);
        if ((then - GetUtcNow()).Duration() > took)
        {
            Volatile.Write(ref _anchor, new Anchor(answered, then));
        }
    }

    private sealed record Anchor(long At, DateTimeOffset Time);
}
