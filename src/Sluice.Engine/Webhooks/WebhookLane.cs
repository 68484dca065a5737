using Sluice.Engine.Storage;

namespace Sluice.Engine.Webhooks;

/// <summary>
/// Sends to one webhook for as long as this node holds it: makes deliveries of new events, and has a few requests under way at once. A process that dies
/// leaves its deliveries waiting, so another one sends them again, with the same webhook-id.
/// </summary>
internal sealed class WebhookLane(Db db, FillLane fill, TryDelivery tries, WebhookLimits limits, TimeProvider clock, Webhook claimed)
{
    /// <summary>After its node has died, a webhook waits so long for another.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly Dictionary<long, Task> _underWay = [];

    /// <summary>A webhook that is full and has nothing due was claimed for one probe; see <see cref="WebhookLimits.ProbeEvery"/>.</summary>
    private bool _mayProbe = claimed.IsFull;

    /// <summary>Ends when nothing is due, when another node has the webhook, and when somebody has disabled or deleted it.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (await RenewAsync(ct) is { } held)
            {
                await BeginAsync(held, ct);
                if (_underWay.Count > 0)
                {
                    await AwaitOneAsync();
                    await (held.FailingSince is null ? Task.CompletedTask : Task.Delay(limits.PauseWhileFailing, TimeProvider.System, ct));
                }
                else if (await ReleaseAsync(held, ct))
                {
                    return;
                }
            }
        }
        finally
        {
            await Task.WhenAll(_underWay.Values);
        }

        await AbandonAsync(DateTimeOffset.UnixEpoch); // If nobody else has it, it is free at once when it is enabled again.
    }

    /// <summary>Gives the webhook back without a look at what is due.</summary>
    public Task AbandonAsync(DateTimeOffset dueAt) => db.InTransactionAsync(
        tx => new WebhookLeaseStore(tx).ReleaseAsync(claimed, dueAt, claimed.IsFull, CancellationToken.None), CancellationToken.None);

    /// <returns>The webhook as it is now; null: it is no longer this node's.</returns>
    private async Task<Webhook?> RenewAsync(CancellationToken ct)
    {
        var (held, now) = (await new WebhookLeaseStore(db).FindHeldAsync(claimed, ct), clock.GetUtcNow());
        var isLong = held is not null && held.LeaseUntil - now > Lease / 2;
        return isLong || await db.InTransactionAsync(tx => new WebhookLeaseStore(tx).ExtendAsync(claimed, now + Lease, ct), ct) ? held : null;
    }

    /// <summary>Begins the requests for which there is a place.</summary>
    private async Task BeginAsync(Webhook held, CancellationToken ct)
    {
        var free = limits.Width(held.FailingSince is not null) - _underWay.Count;
        foreach (var delivery in free > 0 ? await ListDueAsync(held, free, ct) : [])
        {
            _underWay.Add(delivery.Id, tries.RunAsync(held, delivery, ct));
        }
    }

    /// <summary>Lists what is due, and looks for new events if that is not enough. A probe is the delivery that would be due next.</summary>
    private async Task<List<Delivery>> ListDueAsync(Webhook held, int free, CancellationToken ct)
    {
        var (store, now) = (new DeliveryStore(db), clock.GetUtcNow());
        var due = await store.ListDueAsync(held, now, [.. _underWay.Keys], free, ct);
        while (due.Count < free && await fill.RunAsync(held, ct))
        {
            due = await store.ListDueAsync(held, now, [.. _underWay.Keys], free, ct);
        }

        var isProbe = _mayProbe && due.Count == 0 && _underWay.Count == 0;
        _mayProbe = false;
        return isProbe ? await store.ListDueAsync(held, DateTimeOffset.MaxValue, [], 1, ct) : due;
    }

    private async Task AwaitOneAsync()
    {
        await Task.WhenAny(_underWay.Values);
        foreach (var (id, task) in _underWay.Where(one => one.Value.IsCompleted).ToList())
        {
            _underWay.Remove(id);
            await task;
        }
    }

    /// <returns>False: something is due now.</returns>
    private Task<bool> ReleaseAsync(Webhook held, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            await new WebhookStore(tx).LockAsync(held.CompanyId, held.Id, ct); // Whoever adds deliveries does it before this or after it.
            var (store, now) = (new DeliveryStore(tx), clock.GetUtcNow());
            var next = await store.FindNextAsync(held, ct) ?? DateTimeOffset.MaxValue;
            var isFull = limits.IsFull(held.FailingSince is not null, await store.CountWaitingAsync(held, ct));
            if (next <= now)
            {
                return false;
            }

            var probe = now + WebhookLimits.ProbeEvery;
            await new WebhookLeaseStore(tx).ReleaseAsync(held, isFull && probe < next ? probe : next, isFull, ct);
            return true;
        },
        ct);
}
