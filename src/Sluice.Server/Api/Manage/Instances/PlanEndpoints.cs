using NodaTime;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Instances;

internal static class PlanEndpoints
{
    private const int MaxProspects = 200; // The same limit as for an assignment.

    public static void MapPlan(this RouteGroupBuilder manage) =>
        manage.MapPost("/plan", Plan).ReadsObject();

    private static async Task<IResult> Plan(Call call, ResolveAssignment resolve, Db db, StepStore steps, Profile profile, TimeProvider clock)
    {
        var fields = call.ReadBody();
        var (flowId, email, crmIds, coolOffOverride) = (
            fields.Id("flowId"), fields.Email("flowInstanceOwnerEmail"), fields.CrmIds("crmProspectsIds", MaxProspects), fields.Flag("coolOffOverride"));
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var (target, no) = await resolve.RunAsync(call.CompanyId, flowId, email, call.Ct);
        if (target is null)
        {
            return no.ToApiError(profile, email);
        }

        var now = clock.GetUtcNow();
        var prospects = await PlanAdmission.RunAsync(db, target, crmIds, coolOffOverride, now, call.Ct);
        var calendar = Calendar(await steps.ListAsync(call.CompanyId, [flowId], call.Ct), target, now, call.Caller.TimeZone);
        return new Answer<PlanAnswer>(
            new(call.RequestId, WireId.Write(flowId), target.Flow.Name, target.Owner.Email, ZoneName(target.Owner), prospects.ConvertAll(one => PlannedProspectItem.From(one, call.Caller.TimeZone)), calendar), PlanJson.Default.PlanAnswer);
    }

    private static List<PlannedStep> Calendar(List<Step> steps, AssignmentTarget target, DateTimeOffset now, DateTimeZone company)
    {
        var (zone, window, done, planned) = (Zones.FindOrUtc(target.Owner.TimeZone), target.Flow.Window, now, new List<PlannedStep>());
        foreach (var step in steps)
        {
            var isMail = step.Action == Step.AutomaticMail;
            var due = Schedule.NextStep(done, step.WaitMinutes, isMail, zone, window);
            planned.Add(new PlannedStep(
                step.Order, step.Action, step.WaitMinutes, WireTime.Write(due, company), WireTime.Write(due, zone), ScheduleReasons.ExplainDueTime(done, step.WaitMinutes, isMail, zone, window)));
            done = due;
        }

        return planned;
    }

    private static string ZoneName(User owner) => Zones.Exists(owner.TimeZone) ? owner.TimeZone : $"UTC, because the time zone {owner.TimeZone} is unknown";
}
