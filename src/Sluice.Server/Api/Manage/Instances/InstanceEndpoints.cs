using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Instances;

/// <summary>Operations on one flow instance that the imitated API does not have: show, pause, resume, finish, skip a step and reassign.</summary>
internal static class InstanceEndpoints
{
    public static void MapInstances(this RouteGroupBuilder manage)
    {
        var instances = manage.MapGroup("/flow-instances/{id}");

        instances.MapGet("", Get).WithDescription(InstanceDescription.Get);
        instances.MapPost("/pause", Pause).ReadsObject().WithDescription(InstanceDescription.Pause);
        instances.MapPost("/resume", Resume).WithDescription(InstanceDescription.Resume);
        instances.MapPost("/finish", Finish).WithDescription(InstanceDescription.Finish);
        instances.MapPost("/skip", Skip).Takes("stepId").WithDescription(InstanceDescription.Skip);
        instances.MapPost("/reassign", Reassign).ReadsObject().WithDescription(InstanceDescription.Reassign);
    }

    private static Task<IResult> Get(string id, Call call, Db db) => WithInstanceAsync(id, call, db, async run =>
        new Answer<InstanceItem>(await DescribeInstance.RunAsync(db, run, call), InstanceJson.Default.InstanceItem));

    /// <summary>Pauses the instance until the given time, for at most thirty days [doc].</summary>
    private static async Task<IResult> Pause(string id, Call call, Db db, ApplyTrigger applyTrigger)
    {
        var fields = call.ReadBody();
        var trigger = new Trigger(TriggerKind.PausedByPerson) { Until = fields.OptionalTime("until") };
        return fields.Refusal ?? await ReactAsync(id, call, db, applyTrigger, trigger);
    }

    private static Task<IResult> Resume(string id, Call call, Db db, ApplyTrigger applyTrigger) => ReactAsync(id, call, db, applyTrigger, new Trigger(TriggerKind.Resumed));

    private static Task<IResult> Finish(string id, Call call, Db db, ApplyTrigger applyTrigger) =>
        ReactAsync(id, call, db, applyTrigger, new Trigger(TriggerKind.Ended) { Reason = FinishReason.RemovedManually });

    private static async Task<IResult> Skip(string id, Call call, Db db, SkipStep skip)
    {
        var query = call.ReadQuery();
        var stepId = query.OptionalId("stepId");
        return query.Refusal ?? await WithInstanceAsync(id, call, db, async seen =>
        {
            var (after, whyNot) = await db.InTransactionAsync(tx => skip.RunAsync(tx, seen, stepId, call.ToActor(), call.Ct), call.Ct);
            return whyNot is null ? ToAnswer(call, after) : Conflict(whyNot);
        });
    }

    /// <summary>Gives the instance to another owner. It refuses every user that an assignment refuses, with the same error.</summary>
    private static async Task<IResult> Reassign(string id, Call call, Db db, ResolveAssignment resolve, UserStore users, ApplyTrigger applyTrigger, Profile profile)
    {
        var fields = call.ReadBody();
        var email = fields.Email("flowInstanceOwnerEmail");
        return fields.Refusal ?? await WithInstanceAsync(id, call, db, async run =>
        {
            var (target, no) = await resolve.RunAsync(call.CompanyId, run.FlowId, email, call.Ct);
            if (target is null)
            {
                return no.ToApiError(profile, email);
            }

            var before = (await users.FindAsync(call.CompanyId, run.OwnerId, call.Ct))!;
            return before.Id == target.Owner.Id
                ? Conflict($"{before.Email} owns the flow instance already")
                : await ReactAsync(call, db, applyTrigger, run, new Trigger(TriggerKind.Reassigned) { OwnerId = target.Owner.Id, Detail = $"From {before.Email} to {target.Owner.Email}" });
        });
    }

    private static Task<IResult> ReactAsync(string id, Call call, Db db, ApplyTrigger applyTrigger, Trigger trigger) =>
        WithInstanceAsync(id, call, db, run => ReactAsync(call, db, applyTrigger, run, trigger));

    private static async Task<IResult> ReactAsync(Call call, Db db, ApplyTrigger applyTrigger, Run run, Trigger trigger) =>
        await db.InTransactionAsync(tx => applyTrigger.RunAsync(tx, call.CompanyId, run.Id, trigger, call.ToActor(), call.Ct), call.Ct) is { } applied
            ? ToAnswer(call, applied.After)
            : Conflict($"The flow instance is {run.Status}: there is nothing to change");

    private static async Task<IResult> WithInstanceAsync(string id, Call call, Db db, Func<Run, Task<IResult>> work) =>
        WireId.Find(id) is { } instanceId && await new RunStore(db).FindAsync(call.CompanyId, instanceId, call.Ct) is { } run
            ? await work(run)
            : ApiError.NotFound("Flow instance not found");

    private static ApiError Conflict(string why) => new(StatusCodes.Status409Conflict, why);

    private static Answer<InstanceAnswer> ToAnswer(Call call, Run after) =>
        new(new(call.RequestId, WireId.Write(after.Id), after.Status.ToString()), InstanceJson.Default.InstanceAnswer);
}
