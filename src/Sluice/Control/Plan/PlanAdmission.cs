using Sluice.Companies;
using Sluice.Crm;
using Sluice.FlowInstances;
using Sluice.Http;
using Sluice.Storage;

namespace Sluice.Control.Plan;

/// <summary>Evaluates the admission rule on the same facts as an assignment would, and writes nothing.</summary>
internal static class PlanAdmission
{
    public static Task<List<PlannedProspect>> RunAsync(Db db, WayIn way, IReadOnlyList<string> crmIds, bool coolOffOverride, Call call, DateTimeOffset now) => db.InTransactionAsync(async tx =>
    {
        var settings = (await new CompanyStore(tx).GetAsync(call.CompanyId, call.Ct)).Admission;
        var admission = new AdmissionStore(tx);
        var terms = await admission.FindTermsAsync(way.Flow, settings, coolOffOverride, call.Ct);
        var known = await admission.LockAsync(call.CompanyId, crmIds, terms, call.Ct);
        var flow = new AdmissionFlow(way.Flow.Id, way.Flow.Enabled);
        var planned = new List<PlannedProspect>();
        foreach (var crmId in crmIds)
        {
            var prospect = known.GetValueOrDefault(crmId)
                ?? (settings.CreateUnknownProspects && Prospect.IsPossibleCrmId(crmId) ? new AdmissionProspect(0, false, [], null) : null);
            planned.Add(AdmissionRule.Refuse(flow, prospect, terms, now) is not { } refusal
                ? new PlannedProspect(crmId, IsLetIn: true)
                : Refused(crmId, refusal, prospect, terms, call, await OpenOfAsync(tx, call, prospect, flow.Id, refusal)));
        }

        return planned;
    }, call.Ct);

    private static PlannedProspect Refused(string crmId, AdmissionRefusal refusal, AdmissionProspect? prospect, AdmissionTerms terms, Call call, List<string> open)
    {
        var message = refusal.OnTheWire().Message;
        var rest = !terms.MultipleFlowsAllowed && !terms.CoolOffOverride && terms.CoolOff > TimeSpan.Zero ? $", plus a cool-off of {terms.CoolOff.TotalDays} days" : "";
        var from = refusal == AdmissionRefusal.CoolingOff ? prospect!.LastFinishedAt + terms.CoolOff : null;
        return new PlannedProspect(
            crmId,
            IsLetIn: false,
            Name(refusal),
            message,
            from is { } at ? WireTime.Write(at, call.Caller.TimeZone) : null,
            refusal switch
            {
                AdmissionRefusal.FlowDisabled => "when the flow is enabled",
                AdmissionRefusal.UnknownProspect => "when the CRM has synced the prospect",
                AdmissionRefusal.OptedOut => "never, unless somebody clears the prospect's opt-out",
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
        AdmissionRefusal.InSameFlow => "in_same_flow",
        AdmissionRefusal.InAnotherFlow => "in_another_flow",
        AdmissionRefusal.InExclusiveFlow => "in_exclusive_flow",
        _ => "cooling_off",
    };

    /// <summary>Finds the open instances that make the rule refuse the prospect.</summary>
    private static async Task<List<string>> OpenOfAsync(IDbSession tx, Call call, AdmissionProspect? prospect, long flowId, AdmissionRefusal refusal)
    {
        if (prospect is null || refusal is not (AdmissionRefusal.InSameFlow or AdmissionRefusal.InAnotherFlow or AdmissionRefusal.InExclusiveFlow))
        {
            return [];
        }

        var exclusive = prospect.OpenFlows.Where(open => open.Exclusive).Select(open => open.Id).ToHashSet();
        return [.. (await new RunStore(tx).FindOpenOfAsync(call.CompanyId, prospect.Id, call.Ct))
            .Where(run => refusal == AdmissionRefusal.InAnotherFlow || (refusal == AdmissionRefusal.InSameFlow ? run.FlowId == flowId : exclusive.Contains(run.FlowId)))
            .Select(run => WireId.Write(run.Id))];
    }
}
