using NodaTime;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;

namespace Sluice.Engine.Instances;

/// <summary>The facts that decisions about instances of one company need, read at once for all instances.</summary>
internal sealed record StepFacts(
    Company Company,
    Dictionary<long, Flow> Flows,
    ILookup<long, Step> Steps,
    Dictionary<long, User> Users,
    Dictionary<long, ProspectState> Prospects,
    Dictionary<long, AssignmentOverrides> Overrides,
    ILookup<long, LedgerEntry> LedgerEntries,
    Dictionary<long, Message> LastSent)
{
    public static async Task<StepFacts> GatherAsync(IDbSession db, long companyId, IReadOnlyList<Run> runs, CancellationToken ct)
    {
        IReadOnlyList<long> Distinct(Func<Run, long?> of) => [.. runs.Select(of).OfType<long>().Distinct()];

        var flows = await new FlowStore(db).FindAsync(companyId, Distinct(run => run.FlowId), ct);
        var steps = (await new StepStore(db).ListAsync(companyId, [.. flows.Select(flow => flow.Id)], ct)).ToLookup(step => step.FlowId);
        var versions = flows.ToDictionary(flow => flow.Id, flow => flow.Version);
        var edited = runs.Where(run => versions.TryGetValue(run.FlowId, out var version) && version != run.FlowVersion).Select(run => run.Id).ToList();
        var terms = Distinct(run => run.OverridesId);
        var company = await new CompanyStore(db).GetAsync(companyId, ct);
        var replying = runs.Where(run => steps[run.FlowId].Any(step => step.IsReply)).Select(run => run.Id).ToList();
        return new StepFacts(
            company,
            flows.ToDictionary(flow => flow.Id),
            steps,
            (await new UserStore(db).FindAsync(companyId, Distinct(run => run.OwnerId), ct)).ToDictionary(user => user.Id),
            await ProspectsAsync(db, company, Distinct(run => run.ProspectId), ct),
            terms.Count == 0 ? [] : await new AssignmentOverridesStore(db).FindAsync(companyId, terms, ct),
            (edited.Count == 0 ? [] : await new LedgerStore(db).ListAsync(companyId, edited, ct)).ToLookup(begun => begun.FlowInstanceId),
            replying.Count == 0 ? [] : (await new MessageStore(db).ListLastSentAsync(companyId, replying, ct)).ToDictionary(message => message.FlowInstanceId));
    }

    private static async Task<Dictionary<long, ProspectState>> ProspectsAsync(IDbSession db, Company company, IReadOnlyList<long> ids, CancellationToken ct)
    {
        var found = await new ProspectStore(db).FindAsync(company.Id, ids, company.CursorKey, ct);
        return (await new ProspectFieldStore(db).AddFieldsAsync(company.Id, found, ct)).ToDictionary(one => one.Prospect.Id);
    }

    /// <summary>Returns the time zone of the instance's owner.</summary>
    public DateTimeZone ZoneOf(Run run) => Zones.FindOrUtc(Users.TryGetValue(run.OwnerId, out var owner) ? owner.TimeZone : Company.TimeZone);

    public IReadOnlyList<Step> StepsOf(Run run) => [.. Steps[run.FlowId]];

    /// <returns>Position of the instance's next step, also after an edit; one more than the number of steps if no step is left.</returns>
    public int NextPositionOf(Run run)
    {
        var steps = StepsOf(run);
        return Flows[run.FlowId].Version == run.FlowVersion
            ? Math.Min(run.StepOrder, steps.Count + 1)
            : NextStepRule.Find([.. steps.Select(step => step.Id)], [.. LedgerEntries[run.Id]], run.StepOrder, run.Attempt);
    }

    /// <summary>Returns the finish reason if something is gone that the instance cannot continue without [doc]; null: nothing is gone.</summary>
    public FinishReason? FindFinishReason(Run run) =>
        !Flows.ContainsKey(run.FlowId) ? FinishReason.FlowDeleted
        : !Users.TryGetValue(run.OwnerId, out var owner) || !owner.MayOwnInstances ? FinishReason.NoSeat
        : !Prospects.TryGetValue(run.ProspectId, out var known) || known.IsDeleted ? FinishReason.ProspectDeleted
        : known.IsSuppressedIn(run.FlowId) ? FinishReason.OptedOut
        : null;
}
