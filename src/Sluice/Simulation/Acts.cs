using Sluice.Engine;
using Sluice.FlowInstances;
using Sluice.Flows;
using Sluice.Storage;
using Sluice.ToDos;
using Sluice.Users;

namespace Sluice.Simulation;

/// <summary>What people and the world do meanwhile, drawn by the seed: through the same operations as over HTTP.</summary>
internal sealed class Acts(Db db, SimTeam team, Turmoil turmoil, SimClock clock, Func<SimWorker> worker)
{
    private static readonly InboundType[] Types = Enum.GetValues<InboundType>();

    private readonly Actor _by = new(team.CompanyId, 1, "simulated", null);
    private readonly List<InboundMessage> _heard = [];
    private int _messages;

    public Task OneAsync() => turmoil.Chance.Next(40) switch
    {
        < 13 => AssignAsync(),
        < 23 => FinishToDoAsync(),
        < 31 => HearAsync(),
        < 33 => UnassignAsync(),
        < 36 => PauseOrResumeAsync(),
        36 => EditAsync(),
        37 => LeapAsync(),
        38 => turmoil.Chance.Next(6) == 0 ? LoseAsync() : AssignAsync(),
        _ => ResolveAsync(),
    };

    private async Task AssignAsync()
    {
        var (flow, owner, crmIds) = (Pick(team.Flows), Pick(team.Users), Some());
        if (await new FlowStore(db).FindAsync(team.CompanyId, flow.Id, default) is not { } now || await new UserStore(db).FindAsync(team.CompanyId, owner.Id, default) is not { Active: true } user)
        {
            return;
        }

        turmoil.Tell($"assign {string.Join(' ', crmIds)} to {flow.Name}");
        await db.InTransactionAsync(tx => worker().Assign.RunAsync(tx, new Assignment(now, user, crmIds, CoolOffOverride: false, Terms: null), _by, default), default);
    }

    private async Task UnassignAsync()
    {
        if (await AnyRunAsync() is { } run)
        {
            turmoil.Tell($"unassign {run.Id}");
            await worker().Unassign.ByIdAsync([run.Id], _by, worker().Life.Token);
        }
    }

    private async Task FinishToDoAsync()
    {
        var open = await db.QueryAsync(
            $"select id, flow_instance_id, step_id, kind from todos where status = 'OPEN' and not hidden order by id",
            row => (Id: row.GetInt64(0), Run: row.GetInt64(1), Step: row.IntegerOrNull(2), Kind: row.GetString(3)),
            default);
        if (open.Count == 0)
        {
            return;
        }

        var (id, run, step, kind) = Pick(open);
        var status = turmoil.Chance.Next(5) == 0 ? "DISMISSED" : "DONE";
        turmoil.Tell($"{kind} to-do of {run} is {status}");
        await db.InTransactionAsync(
            async tx =>
            {
                await tx.ExecuteAsync($"update todos set status = {status} where id = {id}", default);
                if (kind == ToDo.Step && step is { } stepId)
                {
                    await worker().ToDos.DoneAsync(tx, run, stepId, null, _by, default);
                }
                else if (kind != ToDo.UncertainMail)
                {
                    await worker().React.RunAsync(tx, team.CompanyId, run, new Trigger(turmoil.Chance.Next(2) == 0 ? TriggerKind.Resumed : TriggerKind.RemovedAfterReply), _by, default);
                }

                return 0;
            },
            default);
    }

    /// <summary>New, late, or heard before.</summary>
    private async Task HearAsync()
    {
        if (_heard.Count > 0 && turmoil.Chance.Next(4) == 0)
        {
            await TellAsync(Pick(_heard), "again: ");
            return;
        }

        var sent = await db.QueryAsync($"select message_id, flow_instance_id from messages where sent_at is not null order by id", row => (Id: row.GetString(0), Run: row.GetInt64(1)), default);
        if (sent.Count == 0)
        {
            return;
        }

        var (answered, _) = Pick(sent);
        var type = turmoil.Chance.Next(2) == 0 ? InboundType.Reply : Pick(Types);
        var message = new InboundMessage(type, $"in-{_messages++}", null, [answered], null, clock.Now.AddDays(turmoil.Chance.Next(9)), turmoil.Chance.Next(3) == 0, null);
        _heard.Add(message);
        await TellAsync(message, "");
    }

    private async Task TellAsync(InboundMessage message, string how)
    {
        turmoil.Tell($"{how}{message.Type} to {message.Thread[0]}");
        await db.InTransactionAsync(tx => worker().Inbound.RunAsync(tx, message, _by, default), default);
    }

    private async Task PauseOrResumeAsync()
    {
        if (await AnyRunAsync() is { } run)
        {
            var kind = run.Status == FlowInstanceStatus.Paused ? TriggerKind.Resumed : TriggerKind.PausedByPerson;
            turmoil.Tell($"{kind} {run.Id}");
            await db.InTransactionAsync(tx => worker().React.RunAsync(tx, team.CompanyId, run.Id, new Trigger(kind), _by, default), default);
        }
    }

    /// <summary>A step goes, comes or is moved.</summary>
    private async Task EditAsync()
    {
        var flow = Pick(team.Flows);
        var steps = await new StepStore(db).ListAsync(team.CompanyId, [flow.Id], default);
        var at = turmoil.Chance.Next(steps.Count);
        switch (turmoil.Chance.Next(3))
        {
            case 0 when steps.Count > 2:
                steps.RemoveAt(at);
                break;
            case 1 when steps.Count < 8:
                steps.Insert(at, steps[at] with { Id = worker().Ids.Next() });
                break;
            default:
                (steps[at], steps[0]) = (steps[0], steps[at]);
                break;
        }

        turmoil.Tell($"edit {flow.Name}");
        await db.InTransactionAsync(
            async tx =>
            {
                await tx.ExecuteAsync($"delete from steps where company_id = {flow.CompanyId} and flow_id = {flow.Id}", default);
                await new StepStore(tx).AddAsync([.. steps.Select((step, order) => step with { Order = order + 1 })], default);
                return await tx.ExecuteAsync($"update flows set version = version + 1, enabled = {turmoil.Chance.Next(4) > 0} where company_id = {flow.CompanyId} and id = {flow.Id}", default);
            },
            default);
    }

    /// <summary>A flow is deleted, or a user leaves: not the first of them, so that there is always something to do.</summary>
    private async Task LoseAsync()
    {
        var (flow, user) = (Pick(team.Flows), Pick(team.Users));
        await db.InTransactionAsync(
            async tx =>
            {
                if (turmoil.Chance.Next(2) == 0 && flow != team.Flows[0])
                {
                    turmoil.Tell($"delete {flow.Name}");
                    await new FlowStore(tx).DeleteAsync(flow, clock.Now, default);
                    await new SweepStore(tx).AddAsync(worker().Ids, team.CompanyId, FinishReason.FlowDeleted, flow.Id, clock.Now, default);
                }
                else if (user != team.Users[0])
                {
                    turmoil.Tell($"{user.Email} leaves");
                    await tx.ExecuteAsync($"update users set active = {false} where company_id = {team.CompanyId} and id = {user.Id}", default);
                    await new SweepStore(tx).AddAsync(worker().Ids, team.CompanyId, FinishReason.NoSeat, user.Id, clock.Now, default);
                }

                return 0;
            },
            default);
    }

    private async Task ResolveAsync()
    {
        var uncertain = await new Mail.MessageStore(db).ListUncertainAsync(team.CompanyId, default);
        if (uncertain.Count > 0)
        {
            var message = Pick(uncertain);
            turmoil.Tell($"{message.MessageId} was sent, says a person");
            await db.InTransactionAsync(tx => worker().Settle.ResolveAsync(tx, message, isSent: true, _by, default), default);
        }
    }

    private Task LeapAsync()
    {
        clock.Now += TimeSpan.FromMinutes(turmoil.Chance.Next(4) == 0 ? -turmoil.Chance.Next(120) : turmoil.Chance.Next(240));
        turmoil.Tell("the clock leaps");
        return Task.CompletedTask;
    }

    private async Task<Run?> AnyRunAsync()
    {
        var open = await db.QueryAsync($"select id from flow_instances where company_id = {team.CompanyId} and status < 3 order by id", row => row.GetInt64(0), default);
        return open.Count == 0 ? null : await new RunStore(db).FindAsync(team.CompanyId, Pick(open), default);
    }

    private List<string> Some() => [.. Enumerable.Range(0, 1 + turmoil.Chance.Next(3)).Select(_ => Pick(team.Prospects).CrmId).Distinct()];

    private T Pick<T>(IReadOnlyList<T> from) => from[turmoil.Chance.Next(from.Count)];
}
