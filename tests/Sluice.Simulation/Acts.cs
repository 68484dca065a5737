using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Users;

namespace Sluice.Simulation;

/// <summary>Does what people and the outside world do, drawn by the seed. Uses the same operations as the HTTP API.</summary>
internal sealed class Acts(SimWorld world)
{
    private readonly PersonActs _persons = new(world);
    private readonly InboundActs _inbound = new(world);
    private readonly OfficeActs _office = new(world);
    private readonly KeyedActs _keyed = new(world);
    private readonly MailboxActs _mailbox = new(world);
    private readonly WebhookActs _webhook = new(world);

    public Task OneAsync() => _keyed.IsUnderWay ? _keyed.SendAgainAsync() : world.Faults.Random.Next(70) switch
    {
        < 14 => AssignAsync(),
        < 24 => _persons.FinishToDoAsync(),
        < 32 => _inbound.ReceiveAsync(),
        < 34 => UnassignAsync(),
        < 38 => _persons.StepInAsync(),
        < 40 => _office.EditAsync(),
        40 => JumpClockAsync(),
        41 => TakeMailServerDownAsync(),
        < 44 => _office.ChangeProspectAsync(),
        44 => world.OneIn(6) ? _office.DeleteFlowOrChangeUserAsync() : AssignAsync(),
        47 => _office.EraseAsync(),
        > 59 => _webhook.SendAsync(),
        > 57 => _mailbox.DeliverAsync(),
        > 53 => _mailbox.ReadAsync(),
        > 50 => _keyed.SendAsync(),
        > 47 => _office.ChangeStopListAsync(),
        _ => _persons.ResolveAsync(),
    };

    /// <summary>What is done at the end, when nothing else is due any more.</summary>
    public Task FinishAsync() => _webhook.FinishAsync();

    private async Task AssignAsync()
    {
        var (team, ownerId) = (world.Team, world.Pick(world.Team.Users).Id);
        List<string> crmIds = [.. Enumerable.Range(0, 1 + world.Faults.Random.Next(3)).Select(_ => world.Pick(team.Prospects).CrmId).Distinct()];
        if (await new FlowStore(world.Db).FindAsync(team.CompanyId, world.Pick(team.Flows).Id, default) is { } flow
            && await new UserStore(world.Db).FindAsync(team.CompanyId, ownerId, default) is { MayOwnInstances: true } owner)
        {
            world.Faults.Record($"assign {string.Join(' ', crmIds)} to {flow.Name}");
            await world.DoAsync((worker, tx) => worker.Assign.RunAsync(tx, new Assignment(flow, owner, crmIds, CoolOffOverride: false, Overrides: null), world.By, default));
        }
    }

    private async Task UnassignAsync()
    {
        if (await world.AnyOpenAsync() is { } run)
        {
            world.Faults.Record($"unassign {run.Id}");
            await world.Worker().Unassign.ByIdAsync([run.Id], refuseUnknown: false, world.By, default);
        }
    }

    private Task TakeMailServerDownAsync()
    {
        var hours = 1 + world.Faults.Random.Next(100);
        world.Server.AwayUntil = world.Clock.Now.AddHours(hours);
        world.Faults.Record($"the mail server goes away for {hours} hours");
        return Task.CompletedTask;
    }

    private Task JumpClockAsync()
    {
        world.Clock.Now += TimeSpan.FromMinutes(world.OneIn(4) ? -world.Faults.Random.Next(120) : world.Faults.Random.Next(240));
        world.Faults.Record("the clock jumps");
        return Task.CompletedTask;
    }
}
