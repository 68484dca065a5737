using NodaTime;
using Sluice.Companies;
using Sluice.FlowInstances;
using Sluice.Flows;
using Sluice.Http;
using Sluice.Storage;
using Sluice.Users;

namespace Sluice.Control.Plan;

internal static class PlanEndpoints
{
    private const int MaxProspects = 200; // The same limit as for an assignment.

    public static void MapPlan(this IEndpointRouteBuilder app) =>
        app.MapPost("/sluice/v1/plan", Plan).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false);

    private static async Task<IResult> Plan(Call call, FindWayIn wayIn, Db db, StepStore steps, TimeProvider clock)
    {
        var fields = call.ReadBody();
        var (flowId, email, crmIds, coolOffOverride) = (
            fields.Id("flowId"), fields.Email("flowInstanceOwnerEmail"), fields.CrmIds("crmProspectsIds", MaxProspects), fields.Flag("coolOffOverride"));
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var (way, no) = await wayIn.FindAsync(call.CompanyId, flowId, email, call.Ct);
        if (way is null)
        {
            return no!;
        }

        var now = clock.GetUtcNow();
        var prospects = await PlanAdmission.RunAsync(db, way, crmIds, coolOffOverride, call, now);
        var calendar = Calendar(await steps.ListAsync(call.CompanyId, [flowId], call.Ct), way, now, call.Caller.TimeZone);
        return new Answer<PlanAnswer>(
            new(call.RequestId, WireId.Write(flowId), way.Flow.Name, way.Owner.Email, ZoneName(way.Owner), prospects, calendar), PlanJson.Default.PlanAnswer);
    }

    private static List<PlannedStep> Calendar(List<Step> steps, WayIn way, DateTimeOffset now, DateTimeZone company)
    {
        var (zone, window, done, planned) = (Zones.FindOrUtc(way.Owner.TimeZone), way.Flow.Window, now, new List<PlannedStep>());
        foreach (var step in steps)
        {
            var isMail = step.Action == Step.AutomaticMail;
            var due = Schedule.NextStep(done, step.WaitMinutes, isMail, zone, window);
            planned.Add(new PlannedStep(
                step.Order, step.Action, step.WaitMinutes, WireTime.Write(due, company), WireTime.Write(due, zone), ScheduleReasons.Of(done, step.WaitMinutes, isMail, zone, window)));
            done = due;
        }

        return planned;
    }

    private static string ZoneName(User owner) => Zones.Exists(owner.TimeZone) ? owner.TimeZone : $"UTC, because the time zone {owner.TimeZone} is unknown";
}
