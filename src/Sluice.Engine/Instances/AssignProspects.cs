using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;

namespace Sluice.Engine.Instances;

/// <summary>
/// Assigns prospects to a flow. Every code path that assigns goes through here, so the admission rule is applied in one place. Each
/// prospect gets its own outcome, in request order: a refused prospect does not affect the others.
/// </summary>
internal sealed class AssignProspects(Db db, IdMaker ids, TimeProvider clock)
{
    public Task<AssignOutcome> RunAsync(Assignment assignment, Actor by, CancellationToken ct)
    {
        Spans.RememberRequest(by.RequestId); // Not within the transaction: SQLite's writer runs that apart from the request.
        return db.InTransactionAsync(tx => RunAsync(tx, assignment, by, ct), ct);
    }

    /// <summary>Assigns as part of the caller's transaction.</summary>
    public async Task<AssignOutcome> RunAsync(IDbSession tx, Assignment assignment, Actor by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var facts = await GatherAsync(tx, assignment, now, ct);
        var overridesId = assignment.Overrides is null ? (long?)null : ids.Next();
        var (entering, refused) = Decide(assignment, facts, overridesId, now);

        var added = entering.Count == 0 ? [] : (await new FlowInstanceStore(tx).AddAsync(entering, ct)).ToHashSet();
        foreach (var lost in entering.Where(instance => !added.Contains(instance.Id)))
        {
            // A concurrent request assigned this prospect after the facts were read. With the facts of now, the rule would refuse with this reason.
            refused.Add(new RefusedProspect(lost.CrmProspectId, AdmissionRefusal.InSameFlow));
        }

        var assigned = entering.Where(instance => added.Contains(instance.Id)).ToList();
        await NoteAsync(tx, assignment, assigned, overridesId, by, now, ct);
        return new AssignOutcome(assigned, InOrder(assignment, refused));
    }

    private async Task<Facts> GatherAsync(IDbSession tx, Assignment assignment, DateTimeOffset now, CancellationToken ct)
    {
        var (flow, crmIds) = (assignment.Flow, assignment.CrmIds);
        var company = await new CompanyStore(tx).GetAsync(flow.CompanyId, ct);
        if (company.Admission.CreateUnknownProspects && flow.Enabled)
        {
            await new ProspectStore(tx).AddAsync(
                [.. crmIds.Where(Prospect.IsPossibleCrmId).Select(crmId => Prospect.FromCrmId(flow.CompanyId, ids.Next(), crmId, now))], ct);
        }

        var admission = new AdmissionStore(tx);
        var terms = await admission.FindTermsAsync(flow, company, assignment.CoolOffOverride, ct);
        var prospects = await admission.LockAsync(flow, crmIds, terms, ct);
        return new Facts(prospects, terms, await FirstDueAsync(tx, assignment, now, ct));
    }

    private static async Task<DateTimeOffset?> FirstDueAsync(IDbSession tx, Assignment assignment, DateTimeOffset now, CancellationToken ct) =>
        await new StepStore(tx).FindFirstAsync(assignment.Flow, ct) is { } first
            ? Schedule.NextStep(now, first.WaitMinutes, first.Action == Step.AutomaticMail, Zones.FindOrUtc(assignment.Owner.TimeZone), assignment.Flow.Window)
            : null;

    private (List<Run> Entering, List<RefusedProspect> Refused) Decide(Assignment assignment, Facts facts, long? overridesId, DateTimeOffset now)
    {
        var (entering, refused) = (new List<Run>(), new List<RefusedProspect>());
        var flow = new AdmissionFlow(assignment.Flow.Id, assignment.Flow.Enabled);
        foreach (var crmId in assignment.CrmIds)
        {
            var prospect = facts.Prospects.GetValueOrDefault(crmId);
            if (AdmissionRule.Refuse(flow, prospect, facts.Terms, now) is { } refusal)
            {
                refused.Add(new RefusedProspect(crmId, refusal));
            }
            else
            {
                entering.Add(Enter(assignment, crmId, prospect!.Id, facts.FirstDue, now) with { OverridesId = overridesId });
            }
        }

        return (entering, refused);
    }

    /// <summary>Builds the new instance: Running if step 1 is due now, otherwise Pending.</summary>
    private Run Enter(Assignment assignment, string crmId, long prospectId, DateTimeOffset? firstDue, DateTimeOffset now) => Run.New(
        assignment.Flow.CompanyId,
        ids.Next(),
        crmId,
        prospectId,
        assignment.Flow.Id,
        assignment.Owner.Id,
        firstDue > now ? InstanceStatus.Pending : InstanceStatus.Running,
        stepOrder: 1,
        firstDue, // Null if the flow has no steps: nothing happens in the instance, and only a removal ends it [inf].
        now) with
    {
        FlowVersion = assignment.Flow.Version,
        EventCount = 1, // That of the assignment.
    };

    private async Task NoteAsync(IDbSession tx, Assignment assignment, List<Run> assigned, long? overridesId, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        if (assigned.Count == 0)
        {
            return;
        }

        if (overridesId is { } id)
        {
            await new AssignmentOverridesStore(tx).AddAsync(by.CompanyId, id, assignment.Overrides!, ct);
        }

        var noted = assigned.ConvertAll(one => new InstanceEvent(ids.Next(), one.Id, now, InstanceEvent.Assigned, by));
        await new EventStore(tx).AddAsync(noted, ct);
        await new FeedStore(tx).AddAsync([.. assigned.Zip(noted, InstanceFeed.OfAssignment)], ct);
        await new FlowStore(tx).RecordAssignmentAsync(assignment.Flow, assignment.Owner.Id, now, ct);
    }

    private static List<RefusedProspect> InOrder(Assignment assignment, List<RefusedProspect> refused)
    {
        var places = assignment.CrmIds.Index().ToDictionary(one => one.Item, one => one.Index, StringComparer.Ordinal);
        return [.. refused.OrderBy(one => places[one.CrmId])];
    }

    private sealed record Facts(Dictionary<string, AdmissionProspect> Prospects, AdmissionTerms Terms, DateTimeOffset? FirstDue);
}

/// <param name="CrmIds">Without duplicates.</param>
/// <param name="CoolOffOverride">Skips the cool-off check and no other check.</param>
/// <param name="Overrides">Null: the request overrides nothing.</param>
internal sealed record Assignment(Flow Flow, User Owner, IReadOnlyList<string> CrmIds, bool CoolOffOverride, AssignmentOverrides? Overrides);

internal sealed record AssignOutcome(List<Run> Assigned, IReadOnlyList<RefusedProspect> NotAssigned);

internal sealed record RefusedProspect(string CrmId, AdmissionRefusal Reason);
