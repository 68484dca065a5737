using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>Evaluates the admission rule on the same facts as an assignment would. Writes and locks nothing.</summary>
internal static class PlanAdmission
{
    public static Task<List<PlannedProspect>> RunAsync(Db db, AssignmentTarget target, IReadOnlyList<string> crmIds, bool coolOffOverride, DateTimeOffset now, CancellationToken ct) => db.InSnapshotAsync(async tx =>
    {
        var companyId = target.Flow.CompanyId;
        var company = await new CompanyStore(tx).GetAsync(companyId, ct);
        var settings = company.Admission;
        var admission = new AdmissionStore(tx);
        var terms = await admission.FindTermsAsync(target.Flow, company, coolOffOverride, ct);
        var known = await admission.FindAsync(target.Flow, crmIds, terms, ct);
        var flow = new AdmissionFlow(target.Flow.Id, target.Flow.Enabled);
        var planned = new List<PlannedProspect>();
        foreach (var crmId in crmIds)
        {
            var prospect = known.GetValueOrDefault(crmId)
                ?? (settings.CreateUnknownProspects && Prospect.IsPossibleCrmId(crmId) ? new AdmissionProspect(0, false, [], null) : null);
            planned.Add(AdmissionRule.Refuse(flow, prospect, terms, now) is not { } refusal
                ? new PlannedProspect(crmId, IsLetIn: true)
                : Refused(crmId, refusal, prospect, terms, await OpenOfAsync(tx, target.Flow, prospect, refusal, ct)));
        }

        return planned;
    }, ct);

    private static PlannedProspect Refused(string crmId, AdmissionRefusal refusal, AdmissionProspect? prospect, AdmissionTerms terms, List<string> open)
    {
        var message = refusal.ToCodeAndMessage().Message;
        var rest = !terms.MultipleFlowsAllowed && !terms.CoolOffOverride && terms.CoolOff > TimeSpan.Zero ? $", plus a cool-off of {terms.CoolOff.TotalDays} days" : "";
        var from = refusal == AdmissionRefusal.CoolingOff ? prospect!.LastFinishedAt + terms.CoolOff : null;
        return new PlannedProspect(
            crmId,
            IsLetIn: false,
            Name(refusal),
            message,
            from,
            refusal switch
            {
                AdmissionRefusal.FlowDisabled => "when the flow is enabled",
                AdmissionRefusal.UnknownProspect => "when the CRM has synced the prospect",
                AdmissionRefusal.OptedOut or AdmissionRefusal.OptedOutOfFlow => "never, unless somebody clears the prospect's opt-out",
                AdmissionRefusal.CoolingOff => "when the cool-off ends, or now with coolOffOverride",
                _ => $"when flow instance {string.Join(" and ", open)} ends{rest}",
            },
            open.Count == 0 ? null : open);
    }

    private static string Name(AdmissionRefusal refusal) => refusal switch
    {
        AdmissionRefusal.FlowDisabled => "flow_disabled",
        AdmissionRefusal.UnknownProspect => "unknown_prospect",
        AdmissionRefusal.OptedOut => "opted_out",
        AdmissionRefusal.OptedOutOfFlow => "opted_out_of_flow",
        AdmissionRefusal.InSameFlow => "in_same_flow",
        AdmissionRefusal.InAnotherFlow => "in_another_flow",
        AdmissionRefusal.InExclusiveFlow => "in_exclusive_flow",
        _ => "cooling_off",
    };

    /// <summary>Finds the open instances that make the rule refuse the prospect.</summary>
    private static async Task<List<string>> OpenOfAsync(IDbSession tx, Flow flow, AdmissionProspect? prospect, AdmissionRefusal refusal, CancellationToken ct)
    {
        if (prospect is null || refusal is not (AdmissionRefusal.InSameFlow or AdmissionRefusal.InAnotherFlow or AdmissionRefusal.InExclusiveFlow))
        {
            return [];
        }

        var exclusive = prospect.OpenFlows.Where(open => open.Exclusive).Select(open => open.Id).ToHashSet();
        return [.. (await new RunStore(tx).FindOpenByProspectAsync(flow.CompanyId, prospect.Id, ct))
            .Where(run => refusal == AdmissionRefusal.InAnotherFlow || (refusal == AdmissionRefusal.InSameFlow ? run.FlowId == flow.Id : exclusive.Contains(run.FlowId)))
            .Select(run => WireId.Write(run.Id))];
    }
}

/// <summary>What an assignment of one prospect would lead to now.</summary>
/// <param name="Rule">The rule that refuses; null where none does.</param>
/// <param name="PossibleFrom">When the same would be allowed if nothing else happens; null where that is not known.</param>
/// <param name="PossibleWhen">In words.</param>
/// <param name="WaitsFor">The open flow instances that would have to end.</param>
internal sealed record PlannedProspect(
    string CrmProspectId, bool IsLetIn, string? Rule = null, string? Message = null, DateTimeOffset? PossibleFrom = null, string? PossibleWhen = null, IReadOnlyList<string>? WaitsFor = null);
