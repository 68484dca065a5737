using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>
/// Ends the open instances of a flow that was deleted or stopped, or of a user who left. It reads a piece beside the writer, along the primary key: an index would
/// slow down every assign and removal, and sweeps are rare. One transaction ends some of the piece's instances and records the progress.
/// </summary>
internal sealed class Sweeps(Db db, EndInstances end, TimeProvider clock)
{
    private const int Piece = 1000;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly int _together = db.Dialect.Slice(Piece);

    /// <returns>Whether there was a sweep, and what has happened.</returns>
    public async Task<(bool Found, List<InstanceEvent> Events)> RunOnceAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await db.InTransactionAsync(tx => new SweepStore(tx).LeaseAsync(now, Lease, ct), ct) is not { } sweep)
        {
            return (false, []);
        }

        // Read after the lease, so after the commit that deleted or stopped the flow: nobody is assigned behind the piece.
        var piece = await new RunStore(db).ListAfterAsync(sweep.CompanyId, sweep.AfterId, Piece, ct);
        var concerned = piece.Where(run => run.IsOpen && sweep.Concerns(run)).Select(run => run.Id).ToList();
        return (true, await db.InTransactionAsync(tx => EndAsync(tx, sweep, piece, concerned, now, ct), ct));
    }

    private async Task<List<InstanceEvent>> EndAsync(IDbSession tx, Sweep sweep, List<Run> piece, List<long> concerned, DateTimeOffset now, CancellationToken ct)
    {
        long? last = concerned.Count > _together ? concerned[_together - 1] : piece.Count < Piece ? null : piece[^1].Id;
        if (!await new SweepStore(tx).ProgressAsync(sweep, last, ct))
        {
            return []; // Another worker holds the sweep now.
        }

        var locked = await new RunStore(tx).LockAsync(sweep.CompanyId, [.. concerned.Take(_together)], ct);
        return await end.RunAsync(tx, locked.FindAll(run => run.IsOpen && sweep.Concerns(run)), sweep.Kind, now, ct); // It may have changed since the piece was read.
    }
}
