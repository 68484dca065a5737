using Sluice.Engine.Storage;

namespace Sluice.Engine.Webhooks;

/// <summary>Claims the webhooks that have something to do and that no other node sends to, and runs each in a lane of its own: a slow one delays no other.</summary>
internal sealed partial class WebhookWorker : BackgroundService
{
    /// <summary>Webhooks at work at once. Those with nothing to do are not claimed.</summary>
    private const int MaxLanes = 500;

    /// <summary>Between two looks because of new events: under load, each commit has some.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly Db _db;
    private readonly FillLane _fill;
    private readonly TryDelivery _tries;
    private readonly SweepWebhooks _sweep;
    private readonly WebhookLimits _limits;
    private readonly TimeProvider _clock;
    private readonly ILogger<WebhookWorker> _logger;
    private readonly LeaseLoop _loop;
    private readonly List<Task> _running = [];

    public WebhookWorker(Db db, FillLane fill, TryDelivery tries, SweepWebhooks sweep, WebhookLimits limits, TimeProvider clock, ILogger<WebhookWorker> logger)
    {
        (_db, _fill, _tries, _sweep, _limits, _clock, _logger) = (db, fill, tries, sweep, limits, clock, logger);
        _loop = new LeaseLoop(RunOnceAsync, LogFailed);
    }

    /// <summary>Says that a webhook was changed, or a delivery added.</summary>
    public void Wake() => _loop.Wake();

    /// <summary>Runs until nothing is due.</summary>
    public async Task RunDueAsync(CancellationToken ct)
    {
        while (await ClaimAsync(ct) > 0)
        {
            await Task.WhenAll(_running);
        }
    }

    public override void Dispose()
    {
        _loop.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(_loop.RunAsync(stoppingToken), WakeOnEventsAsync(stoppingToken));
        await Task.WhenAll(_running);
    }

    private async Task WakeOnEventsAsync(CancellationToken stopping)
    {
        for (var next = _db.NewEvents.Next; !stopping.IsCancellationRequested;)
        {
            await next.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            next = _db.NewEvents.Next; // Before the loop looks: it misses nothing that comes after.
            _loop.Wake();
            await Task.Delay(Breath, _clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await ClaimAsync(ct);
        return await _sweep.RunIfDueAsync(ct);
    }

    /// <returns>How many webhooks were claimed.</returns>
    private async Task<int> ClaimAsync(CancellationToken ct)
    {
        _running.RemoveAll(task => task.IsCompleted);
        var (free, now) = (MaxLanes - _running.Count, _clock.GetUtcNow());
        if (free == 0 || !await new WebhookLeaseStore(_db).AnyDueAsync(now, ct))
        {
            return 0;
        }

        var claimed = await _db.InTransactionAsync(tx => new WebhookLeaseStore(tx).LeaseAsync(now, WebhookLane.Lease, free, ct), ct);
        _running.AddRange(claimed.Select(webhook => Task.Run(() => RunAsync(webhook, ct), CancellationToken.None)));
        return claimed.Count;
    }

    private async Task RunAsync(Webhook webhook, CancellationToken ct)
    {
        var lane = new WebhookLane(_db, _fill, _tries, _limits, _clock, webhook);
        try
        {
            await lane.RunAsync(ct);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            await AbandonAsync(lane, DateTimeOffset.UnixEpoch);
        }
        catch (Exception fault)
        {
            LogBroken(webhook.Id, webhook.CompanyId, fault);
            await AbandonAsync(lane, _clock.GetUtcNow() + RetryAfter);
        }
    }

    /// <summary>If the database cannot be reached, the lease ends by itself.</summary>
    private async Task AbandonAsync(WebhookLane lane, DateTimeOffset dueAt)
    {
        try
        {
            await lane.AbandonAsync(dueAt);
        }
        catch (Exception fault)
        {
            LogFailed(fault);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Looking for webhooks with something to do was interrupted; it is tried again in a second")]
    private partial void LogFailed(Exception fault);

    [LoggerMessage(2, LogLevel.Error, "Sending to webhook {WebhookId} of company {CompanyId} was interrupted; it is tried again in 30 seconds")]
    private partial void LogBroken(long webhookId, long companyId, Exception fault);
}
