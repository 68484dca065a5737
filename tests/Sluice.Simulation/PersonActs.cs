using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Simulation;

/// <summary>Does what the people do who work with flow instances: they close tasks and change instances by hand.</summary>
internal sealed class PersonActs(SimWorld world)
{
    public async Task FinishToDoAsync()
    {
        var open = await world.Db.QueryAsync(
            $"select id, flow_instance_id, step_id, kind from todos where status = 'OPEN' and not hidden and kind <> 'uncertain_mail' order by id",
            row => new Open(row.GetInt64(0), row.GetInt64(1), row.IntegerOrNull(2), TaskKinds.Parse(row.GetString(3))),
            default);
        if (open.Count == 0)
        {
            return;
        }

        var todo = world.Pick(open);
        var status = world.OneIn(5) ? "DISMISSED" : "DONE";
        world.Faults.Record($"{todo.Kind.Word()} task of {todo.RunId} is {status}");
        await world.DoAsync((worker, tx) => FinishAsync(worker, tx, todo, status));
    }

    /// <summary>Pauses, resumes or ends an instance, or skips its step.</summary>
    public async Task StepInAsync()
    {
        if (await world.AnyOpenAsync() is not { } run)
        {
            return;
        }

        if (world.OneIn(5))
        {
            world.Faults.Record($"skip a step of {run.Id}");
            await world.DoAsync((worker, tx) => worker.Skip.RunAsync(tx, run, null, world.By, default));
            return;
        }

        var trigger = world.OneIn(6) ? new Trigger(TriggerKind.Ended) { Reason = FinishReason.RemovedManually }
            : run.Status == InstanceStatus.Paused ? new Trigger(TriggerKind.Resumed)
            : new Trigger(TriggerKind.PausedByPerson) { Until = world.OneIn(2) ? world.Clock.Now.AddDays(world.Faults.Random.Next(40)) : null };
        world.Faults.Record($"{trigger.Kind} {run.Id}");
        await world.DoAsync((worker, tx) => worker.ApplyTrigger.RunAsync(tx, run.CompanyId, run.Id, trigger, world.By, default));
    }

    /// <summary>Resolves an uncertain mail with the truth from the simulated mail server, but not while a worker is still sending it.</summary>
    public async Task ResolveAsync()
    {
        var uncertain = (await new MessageStore(world.Db).ListUncertainAsync(world.Team.CompanyId, default)).FindAll(mail => !world.Server.IsUnderWay(mail.MessageId));
        if (uncertain.Count > 0)
        {
            var message = world.Pick(uncertain);
            var isSent = world.Server.HasAccepted(message.MessageId);
            world.Faults.Record($"a person says that {message.MessageId} was {(isSent ? "" : "not ")}sent");
            await world.DoAsync((worker, tx) => worker.Settle.ResolveAsync(tx, message, isSent, world.By, default));
        }
    }

    private async Task FinishAsync(SimWorker worker, IDbSession tx, Open todo, string status)
    {
        if (await tx.ExecuteAsync($"update todos set status = {status} where id = {todo.Id} and status = 'OPEN' and not hidden", default) == 0)
        {
            return;
        }

        var closed = (await new ToDoStore(tx).FindAnyAsync(world.Team.CompanyId, todo.Id, default))!.ToDo;
        await new FeedStore(tx).AddAsync([.. TaskFeed.Of([closed], worker.Ids, world.By.ToEventActor(), world.Clock.Now)], default);
        if (todo is { Kind: TaskKind.Step, StepId: { } stepId })
        {
            await worker.ToDos.DoneAsync(tx, todo.RunId, stepId, null, world.By, default);
        }
        else
        {
            var trigger = new Trigger(world.OneIn(2) ? TriggerKind.Resumed : TriggerKind.RemovedAfterReply);
            await worker.ApplyTrigger.RunAsync(tx, world.Team.CompanyId, todo.RunId, trigger, world.By, default);
        }
    }

    private sealed record Open(long Id, long RunId, long? StepId, TaskKind Kind);
}
