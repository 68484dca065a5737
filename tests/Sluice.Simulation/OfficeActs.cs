using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;

namespace Sluice.Simulation;

/// <summary>Does what the people do who edit flows, manage users and maintain the CRM.</summary>
internal sealed class OfficeActs(SimWorld world)
{
    private long CompanyId => world.Team.CompanyId;

    /// <summary>Removes, adds or moves a step, or gives it a text that not every prospect can be sent. Sometimes disables the flow as well.</summary>
    public async Task EditAsync()
    {
        var flow = world.Pick(world.Team.Flows);
        var steps = await new StepStore(world.Db).ListAsync(CompanyId, [flow.Id], default);
        var at = world.Faults.Random.Next(steps.Count);
        switch (world.Faults.Random.Next(4))
        {
            case 0 when steps.Count > 2:
                steps.RemoveAt(at);
                break;
            case 1 when steps.Count < 8:
                steps.Insert(at, steps[at] with { Id = world.Worker().Ids.Next() });
                break;
            case 2:
                steps[at] = steps[at] with { Subject = world.OneIn(2) ? "Hello" : "Hello {{recipient.title}}", Body = world.OneIn(2) ? "<p>Hello</p>" : "<p>{{no.such.thing}}</p>" };
                break;
            default:
                (steps[at], steps[0]) = (steps[0], steps[at]);
                break;
        }

        world.Faults.Record($"edit {flow.Name}");
        var enabled = !world.OneIn(4);
        await world.DoAsync(async (_, tx) =>
        {
            await tx.ExecuteAsync($"delete from steps where company_id = {CompanyId} and flow_id = {flow.Id}", default);
            await new StepStore(tx).AddAsync([.. steps.Select((step, order) => step with { Order = order + 1 })], default);
            await tx.ExecuteAsync($"update flows set version = version + 1, enabled = {enabled} where company_id = {CompanyId} and id = {flow.Id}", default);
        });
    }

    /// <summary>Deletes a prospect in the CRM, or changes or removes its address; a change also brings back a deleted prospect.</summary>
    public Task ChangeProspectAsync()
    {
        var prospect = world.Pick(world.Team.Prospects);
        if (world.OneIn(3))
        {
            world.Faults.Record($"the CRM deletes {prospect.CrmId}");
            return world.DoAsync((worker, tx) => worker.Prospects.DeleteAsync(tx, CompanyId, [prospect.CrmId], world.Clock.Now, default));
        }

        var email = world.OneIn(4) ? null : world.OneIn(3) ? prospect.Email : $"n{world.Faults.Random.Next(9)}.{prospect.CrmId}@d0.example";
        world.Faults.Record($"the CRM now has {email ?? "no address"} for {prospect.CrmId}");
        return world.DoAsync((worker, tx) => worker.Prospects.PutAsync(tx, CompanyId, [prospect with { Email = email }], default));
    }

    /// <summary>An operator puts an address or a whole domain on the stop list, or lets somebody in again. The process may be killed between the entry and the end of the flows.</summary>
    public async Task ChangeStopListAsync()
    {
        if (world.OneIn(3))
        {
            var entries = await new SuppressionStore(world.Db).ListAsync(CompanyId, null, null, withLifted: false, null, 100, default);
            if (entries.Count > 0)
            {
                var entry = world.Pick(entries);
                world.Faults.Record($"lift {entry.Kind} of {entry.Key}");
                await world.DoAsync((worker, tx) => worker.LetInAgain.RunAsync(tx, entry.Id, "simulated", world.By, default));
            }
        }
        else if (await PickAddressAsync() is { } email)
        {
            var asked = world.OneIn(8) ? new StopEntry(AddressKey.OfDomainOf(email), SuppressionKind.Domain, null) : new StopEntry(AddressKey.OfEmail(email), SuppressionKind.Manual, null);
            var isKilled = world.OneIn(2);
            world.Faults.Record($"put {asked.Key.Text} on the stop list{(isKilled ? "; the process is killed before it ends flows" : "")}");
            await (isKilled ? AddOnlyAsync(asked) : world.Worker().StopList.RunAsync([asked], world.By, default));
        }
    }

    /// <summary>Prefers somebody for whom a mail waits: whoever is stopped at the last moment.</summary>
    private async Task<string?> PickAddressAsync()
    {
        var waiting = await world.Db.QueryAsync($"select recipient from messages where state = 'queued' order by id", row => row.GetString(0), default);
        return waiting.Count > 0 ? world.Pick(waiting) : world.Pick(world.Team.Prospects).Email;
    }

    private Task AddOnlyAsync(StopEntry asked) => world.DoAsync((worker, tx) => new SuppressionStore(tx).AddAsync(
        [new Suppression(CompanyId, worker.Ids.Next(), asked.Key.Text, asked.Kind, 0, world.Clock.Now, world.By.ToSuppressedBy(), null, null)], default));

    /// <summary>Asks for the erasure of a prospect, and does what is to be erased; a worker that was killed may have left some of it. The CRM may bring the prospect back later.</summary>
    public async Task EraseAsync()
    {
        if (world.Pick(world.Team.Prospects) is { Email: { } email } && world.OneIn(2))
        {
            world.Faults.Record($"erase {email}");
            await world.Worker().Erase.RunAsync(AddressKey.OfEmail(email), mayBeMany: false, world.By, default);
        }

        await world.Worker().Erasures.RunOneAsync(default);
    }

    /// <summary>Deletes a flow, or lets a user leave or come back. Never the first flow or user, so that there is always something to do.</summary>
    public async Task DeleteFlowOrChangeUserAsync()
    {
        var (flow, user) = (world.Pick(world.Team.Flows), world.Pick(world.Team.Users));
        if (world.OneIn(2) && flow != world.Team.Flows[0])
        {
            world.Faults.Record($"delete {flow.Name}");
            await world.DoAsync(async (worker, tx) =>
            {
                await new FlowStore(tx).DeleteAsync(flow, world.Clock.Now, default);
                await new SweepStore(tx).AddAsync(worker.Ids, CompanyId, FinishReason.FlowDeleted, flow.Id, world.Clock.Now, default);
            });
        }
        else if (user != world.Team.Users[0])
        {
            var (active, hasSeat) = (!world.OneIn(3), !world.OneIn(3));
            world.Faults.Record($"{user.Email} {(active && hasSeat ? "is back" : active ? "loses the seat" : "leaves")}");
            await world.DoAsync(async (worker, tx) =>
            {
                await tx.ExecuteAsync($"update users set active = {active}, has_seat = {hasSeat} where company_id = {CompanyId} and id = {user.Id}", default);
                await (active && hasSeat ? Task.CompletedTask : new SweepStore(tx).AddAsync(worker.Ids, CompanyId, FinishReason.NoSeat, user.Id, world.Clock.Now, default));
            });
        }
    }
}
