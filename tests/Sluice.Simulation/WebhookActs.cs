using Sluice.Engine.Webhooks;

namespace Sluice.Simulation;

/// <summary>Sends the events of the company to its webhook: with the real lease, fence, deliveries and tries, but without a network.</summary>
internal sealed class WebhookActs(SimWorld world)
{
    private static readonly TimeSpan Afterwards = TimeSpan.FromDays(30);

    /// <summary>Sends all that is due, unless another worker has the webhook. If Sluice has disabled the webhook, somebody enables it first.</summary>
    public async Task SendAsync()
    {
        var worker = world.Worker();
        await EnableAsync(worker);
        var now = world.Clock.Now;
        if ((await worker.Db.InTransactionAsync(tx => new WebhookLeaseStore(tx).LeaseAsync(now, WebhookLane.Lease, 1, default), default)).SingleOrDefault() is { } held)
        {
            world.Faults.Record("a worker sends to the webhook");
            await SimHook.MakeLane(worker.Db, held, world.Faults, worker.Life, world.Receiver, worker.Ids, world.Clock).RunAsync(worker.Life.Token);
        }
    }

    /// <summary>Lets time pass until each event was delivered or given up.</summary>
    public async Task FinishAsync()
    {
        await EnableAsync(world.Worker());
        while (await new WebhookLeaseStore(world.Db).AnyDueAsync(world.Clock.Now + Afterwards, default))
        {
            await SendAsync();
            world.Clock.Now += TimeSpan.FromHours(1);
        }
    }

    private async Task EnableAsync(SimWorker worker)
    {
        if (await new WebhookStore(world.Db).FindAsync(world.Team.CompanyId, world.Team.WebhookId, default) is { Enabled: false } disabled)
        {
            world.Faults.Record("somebody enables the webhook");
            await worker.Db.InTransactionAsync(tx => new ChangeWebhook(SimTeam.Secrets, world.Clock).RunAsync(tx, disabled, disabled with { Enabled = true }, default), default);
        }
    }
}
