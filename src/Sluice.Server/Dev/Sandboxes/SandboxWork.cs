using Sluice.Engine.Companies;
using Sluice.Engine.Crm;
using Sluice.Engine.Idempotency;
using Sluice.Engine.Instances;
using Sluice.Engine.Privacy;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Webhooks;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Sandboxes;

/// <summary>
/// Does in a sandbox what background workers do elsewhere: after each write and before its answer, so that what happens, and with which ids, follows from
/// the calls alone. Only webhooks are sent beside the calls, because their receivers may call back.
/// </summary>
internal sealed class SandboxWork(IServiceProvider services) : IAsyncDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _clock = services.GetRequiredService<TimeProvider>();
    private DateTimeOffset _sweptAt;
    private bool _sendsWebhooks;

    public async Task BeginAsync(CancellationToken ct)
    {
        var db = services.GetRequiredService<Db>();
        services.GetRequiredService<MovableClock>().State = await new ClockStore(db).FindAsync(ct) ?? ClockState.Machine;
        await services.GetRequiredService<ReleaseLeases>().RunAsync(ct);
        await services.GetRequiredService<NodeLease>().BeginAsync(ct);
        await new Engine.Events.FeedStore(db).RaiseTurnsAsync(ct);
        _sweptAt = _clock.GetUtcNow();
        foreach (var company in await new CompanyStore(db).ListAsync(ct))
        {
            await SendWebhooksAsync((await new WebhookStore(db).ListAsync(company.Id, ct)).Count > 0);
        }
    }

    /// <summary>Runs until nothing is due. A fault is logged and leaves the rest to the next call, as the workers leave it to their next look.</summary>
    /// <param name="path">Where the call went that may have made work.</param>
    public async Task RunAsync(PathString path)
    {
        try
        {
            await services.GetRequiredService<NodeLease>().RenewAsync(CancellationToken.None);
            while (await RunOnceAsync())
            {
            }

            await SweepAsync();
            await SendWebhooksAsync(path.StartsWithSegments("/sluice/v1/webhooks", StringComparison.Ordinal));
        }
        catch (Exception fault)
        {
            services.GetRequiredService<ILogger<SandboxWork>>().LogInterrupted(fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_sendsWebhooks)
        {
            await services.GetRequiredService<WebhookWorker>().StopAsync(CancellationToken.None);
        }
    }

    /// <returns>Whether there was work; if so, there may be more.</returns>
    private async Task<bool> RunOnceAsync()
    {
        var hasRun = await services.GetRequiredService<BulkWorker>().RunOneAsync(CancellationToken.None);
        hasRun |= await services.GetRequiredService<CrmWorker>().RunOneAsync(CancellationToken.None);
        hasRun |= await services.GetRequiredService<ErasureWorker>().RunOneAsync(CancellationToken.None);
        return (await services.GetRequiredService<FlowEngine>().RunDueAsync(CancellationToken.None)).Count > 0 || hasRun;
    }

    /// <summary>Deletes what is kept for a time only, once the sandbox's clock has gone on by ten minutes.</summary>
    private async Task SweepAsync()
    {
        var now = _clock.GetUtcNow();
        if (now - _sweptAt < SweepEvery)
        {
            return;
        }

        _sweptAt = now;
        await services.GetRequiredService<EventSweep>().RunOnceAsync(CancellationToken.None);
        using var keys = ActivatorUtilities.CreateInstance<SweepKeys>(services);
        await keys.RunAsync(CancellationToken.None);
        await services.GetRequiredService<DailyQuota>().SaveAsync(CancellationToken.None);
    }

    private async Task SendWebhooksAsync(bool hasWebhooks)
    {
        if (hasWebhooks && !_sendsWebhooks)
        {
            _sendsWebhooks = true;
            await services.GetRequiredService<WebhookWorker>().StartAsync(CancellationToken.None);
        }
    }
}

internal static partial class SandboxLog
{
    [LoggerMessage(1, LogLevel.Error, "Work in a sandbox was interrupted; it is tried again after the next call")]
    public static partial void LogInterrupted(this ILogger logger, Exception fault);
}
