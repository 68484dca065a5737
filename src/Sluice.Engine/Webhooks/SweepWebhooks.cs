using Sluice.Engine.Storage;

namespace Sluice.Engine.Webhooks;

/// <summary>Deletes deliveries after 30 days, and those of deleted webhooks, piece by piece. Each node does it; what is deleted twice is deleted.</summary>
internal sealed class SweepWebhooks(Db db, TimeProvider clock)
{
    private const int Piece = 1000;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <returns>Whether a whole piece was deleted; if so, there may be more.</returns>
    public async Task<bool> RunIfDueAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (now < _next)
        {
            return false;
        }

        var hasMore = await RunOnceAsync(ct);
        _next = hasMore ? now : now + Every;
        return hasMore;
    }

    /// <returns>Whether a whole piece was deleted; if so, there may be more.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - Delivery.Kept;
        var old = await db.InTransactionAsync(tx => new DeliverySweepStore(tx).DeleteOldAsync(before, Piece, ct), ct);
        var gone = await db.InTransactionAsync(tx => new DeliverySweepStore(tx).DeleteOfDeletedAsync(Piece, ct), ct);
        return old == Piece || gone == Piece;
    }
}
