using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Instances;

/// <summary>Describes where an instance stands. <see cref="ExplainEndpoints"/> tells why.</summary>
internal static class DescribeInstance
{
    public static async Task<InstanceItem> RunAsync(Db db, Run run, Call call)
    {
        var flow = (await new FlowStore(db).FindWithDeletedAsync(run.CompanyId, run.FlowId, call.Ct))!;
        var owner = (await new UserStore(db).FindAsync(run.CompanyId, run.OwnerId, call.Ct))!;
        var begun = await new LedgerStore(db).ListAsync(run.CompanyId, [run.Id], call.Ct);
        var facts = await StepFacts.GatherAsync(db, run.CompanyId, [run], call.Ct);
        var nextDueAt = !run.IsOpen ? null : run.WaitsFor == WaitsFor.Mail ? await FindMailDueAsync(db, run, call.Ct) : run.NextDueAt;
        return InstanceItem.From(call.RequestId, run, flow, owner, CurrentStep.Of(run, begun, facts), facts.StepsOf(run).Count, nextDueAt, call.Caller.TimeZone);
    }

    private static async Task<DateTimeOffset?> FindMailDueAsync(Db db, Run run, CancellationToken ct) =>
        (await new MessageStore(db).ListAsync(run.CompanyId, run.Id, MessageStates.Word(MessageState.Queued), null, 1, ct)).SingleOrDefault()?.DueAt;
}
