using Sluice.Engine.Crm;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Privacy;
using Sluice.Engine.Storage;
using Sluice.Engine.Webhooks;

namespace Sluice.Engine.Scheduling;

/// <summary>
/// Ends the leases of a stopped or killed server, so that its work is free at once. Leases end by the clock, and a dev clock that stands still or was set
/// back would never reach their end. Only where a database has a single server, as a SQLite file has: with two, it would end the leases of the other one.
/// </summary>
internal sealed class ReleaseLeases(Db db)
{
    public async Task RunAsync(CancellationToken ct)
    {
        await new OutboxStore(db).ReleaseLeasesAsync(ct);
        await new SweepStore(db).ReleaseLeasesAsync(ct);
        await new BulkStore(db).ReleaseLeasesAsync(ct);
        await new CrmRequestStore(db).ReleaseLeasesAsync(ct);
        await new ErasureStore(db).ReleaseLeasesAsync(ct);
        await new MailboxStore(db).ReleaseLeasesAsync(ct);
        await new WebhookLeaseStore(db).ReleaseLeasesAsync(ct);
    }
}
