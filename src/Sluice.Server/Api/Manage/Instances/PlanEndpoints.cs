using NodaTime;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Instances;

internal static class PlanEndpoints
{
    private const string NoMailServer = "This server was started without --smtp, so it sends no mail: automatic mail waits until a server with --smtp runs.";

    public static void MapPlan(this RouteGroupBuilder manage) =>
        manage.MapPost("/plan", Plan).ReadsObject().WithMetadata(new RunsApart()).WithDescription(InstanceDescription.Plan);

    public static async Task<IResult> Plan(Call call, ResolveAssignment resolve, Db db, StepStore steps, MailDelivery delivery, Profile profile, TimeProvider clock)
    {
        var fields = call.ReadBody();
        var asked = PlanRequest.Read(fields);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var (target, no) = await resolve.RunAsync(call.CompanyId, asked.FlowId, asked.OwnerEmail, call.Ct);
        if (target is null)
        {
            return no.ToApiError(profile, asked.OwnerEmail);
        }

        var now = clock.GetUtcNow();
        var prospects = await PlanAdmission.RunAsync(db, target, asked.CrmIds, asked.CoolOffOverride, now, call.Ct);
        var planned = await steps.ListAsync(call.CompanyId, [asked.FlowId], call.Ct);
        var tasks = await ForeseeAsync(db, planned, target, asked.Overrides, [.. prospects.Where(one => one.IsLetIn).Select(one => one.CrmProspectId)], call.Ct);
        return new Answer<PlanAnswer>(
            new(
                call.RequestId,
                WireId.Write(asked.FlowId),
                target.Flow.Name,
                target.Owner.Email,
                ZoneName(target.Owner),
                prospects.ConvertAll(one => PlannedProspectItem.From(one, call.Caller.TimeZone)),
                Calendar(planned, target, tasks, now, call.Caller.TimeZone),
                delivery.Transport is null && planned.Exists(step => step.Action == Step.AutomaticMail) ? [NoMailServer] : []),
            PlanJson.Default.PlanAnswer);
    }

    /// <returns>The tasks that people get because Sluice cannot write the mail of a step. An unknown prospect that an assignment creates has no fields.</returns>
    private static async Task<List<ForeseenTask>> ForeseeAsync(
        Db db, List<Step> steps, AssignmentTarget target, AssignmentOverrides? overrides, IReadOnlyList<string> crmIds, CancellationToken ct)
    {
        var (foresee, companyId) = (new ForeseeMail(steps, target.Owner, overrides), target.Flow.CompanyId);
        var known = (await new ProspectFieldStore(db).AddFieldsAsync(companyId, await new ProspectStore(db).FindAsync(companyId, crmIds, ct), ct)).ToDictionary(one => one.Prospect.CrmId, StringComparer.Ordinal);
        return [.. crmIds.SelectMany(id => foresee.Of(known.GetValueOrDefault(id) ?? new ProspectState(Prospect.FromCrmId(companyId, 0, id, default), false, false)))];
    }

    private static List<PlannedStep> Calendar(List<Step> steps, AssignmentTarget target, List<ForeseenTask> tasks, DateTimeOffset now, DateTimeZone company)
    {
        var (zone, window, done, planned) = (Zones.FindOrUtc(target.Owner.TimeZone), target.Flow.Window, now, new List<PlannedStep>());
        foreach (var step in steps)
        {
            var isMail = step.Action == Step.AutomaticMail;
            var due = Schedule.NextStep(done, step.WaitMinutes, isMail, zone, window);
            planned.Add(new PlannedStep(
                step.Order,
                step.Action,
                step.WaitMinutes,
                WireTime.Write(due, company),
                WireTime.Write(due, zone),
                ScheduleReasons.ExplainDueTime(done, step.WaitMinutes, isMail, zone, window),
                PlanWarnings.Of(step.Order, tasks, target)));
            done = due;
        }

        return planned;
    }

    private static string ZoneName(User owner) => Zones.Exists(owner.TimeZone) ? owner.TimeZone : $"UTC, because the time zone {owner.TimeZone} is unknown";
}
