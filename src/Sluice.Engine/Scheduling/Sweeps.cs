using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>
/// Ends the open instances of a flow that was deleted or stopped, or of a user who left. Works in pieces; each piece is one transaction that also records the
/// progress. It reads along the primary key: an index would slow down every assign and removal, and sweeps are rare.
/// </summary>
internal sealed class Sweeps(Db db, EndInstances end, TimeProvider clock)
{
    private const int Piece = 1000;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <returns>Whether there was a sweep, and what has happened.</returns>
    public async Task<(bool Found, List<InstanceEvent> Events)> RunOnceAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await db.InTransactionAsync(tx => new SweepStore(tx).LeaseAsync(now, Lease, ct), ct) is { } sweep
            ? (true, await db.InTransactionAsync(tx => RunAsync(tx, sweep, now, ct), ct))
            : (false, []);
    }

    private async Task<List<InstanceEvent>> RunAsync(IDbSession tx, Sweep sweep, DateTimeOffset now, CancellationToken ct)
    {
        var piece = await new RunStore(tx).ListAfterAsync(sweep.CompanyId, sweep.AfterId, Piece, ct);
        if (!await new SweepStore(tx).ProgressAsync(sweep, piece.Count < Piece ? null : piece[^1].Id, ct))
        {
            return []; // Another worker holds the sweep now.
        }

        var concerned = piece.Where(run => run.IsOpen && sweep.Concerns(run)).Select(run => run.Id).ToList();
        var locked = await new RunStore(tx).LockAsync(sweep.CompanyId, concerned, ct);
        return await end.RunAsync(tx, locked.FindAll(sweep.Concerns), sweep.Kind, now, ct); // The owner may have changed since the piece was read.
    }
}
