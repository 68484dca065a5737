namespace Sluice.Engine.Storage;

/// <summary>
/// The time of day of the database, so that all nodes on it have the same one: what a node writes of leases, limits and days is read by
/// the others. The machine's own clock may be an hour off, or be put right, and it means nothing; between two questions its count of
/// seconds goes on.
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

    /// <summary>Asks the database. A difference that the time of the question itself explains is none.</summary>
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
