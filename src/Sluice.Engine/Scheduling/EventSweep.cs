using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Webhooks;

namespace Sluice.Engine.Scheduling;

/// <summary>
/// Deletes events and counts that are older than they are kept, events a slice of a company at a time. Every node does it: what one has deleted, another
/// does not find. An event that a webhook still has to send stays: after a month without a server, or a jump of the clock, it is old before anybody could
/// send it.
/// </summary>
internal sealed partial class EventSweep(Db db, TimeProvider clock, ILogger<EventSweep> logger) : BackgroundService
{
    private const int Slice = 1000;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    public async Task RunOnceAsync(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - EventFeed.Kept;
        foreach (var company in await new CompanyStore(db).ListAsync(ct))
        {
            var until = await new DeliverySweepStore(db).FindSentUntilAsync(company.Id, ct);
            while (await db.InTransactionAsync(tx => new FeedStore(tx).DeleteOldAsync(company.Id, before, until, Slice, ct), ct) == Slice)
            {
            }

            await new CountStore(db).DeleteBeforeAsync(company.Id, Days.Of(clock.GetUtcNow(), Zones.FindOrUtc(company.TimeZone)) - CountStore.DaysKept, ct);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => PeriodicLoop.RunAsync(Every, RunOnceAsync, LogFailed, stoppingToken);

    [LoggerMessage(1, LogLevel.Warning, "Old events could not be deleted; it is tried again in ten minutes")]
    private partial void LogFailed(Exception fault);
}
