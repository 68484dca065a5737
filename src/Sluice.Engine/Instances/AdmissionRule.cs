namespace Sluice.Engine.Instances;

/// <summary>
/// May this prospect enter this flow now? No clock, no database: the caller brings the facts. When several refusals hold, the first
/// in the order below is the one the client is told. The cases before these (no such flow, no such owner) refuse the whole call.
/// </summary>
internal static class AdmissionRule
{
    public static AdmissionRefusal? Refuse(AdmissionFlow flow, AdmissionProspect? prospect, AdmissionTerms terms, DateTimeOffset now)
    {
        if (!flow.Enabled)
        {
            return AdmissionRefusal.FlowDisabled;
        }

        if (prospect is null)
        {
            return AdmissionRefusal.UnknownProspect;
        }

        if (prospect.OptedOut)
        {
            return AdmissionRefusal.OptedOut;
        }

        if (prospect.OpenFlows.Any(open => open.Id == flow.Id))
        {
            return AdmissionRefusal.InSameFlow;
        }

        return RefuseForOthers(prospect, terms) ?? (IsCoolingOff(prospect, terms, now) ? AdmissionRefusal.CoolingOff : null);
    }

    // Joining an exclusive flow while in others is allowed and ends none of them [doc]: exclusiveness looks only forward.
    private static AdmissionRefusal? RefuseForOthers(AdmissionProspect prospect, AdmissionTerms terms)
    {
        if (!terms.MultipleFlowsAllowed)
        {
            return prospect.OpenFlows.Count > 0 ? AdmissionRefusal.InAnotherFlow : null;
        }

        return prospect.OpenFlows.Any(open => open.Exclusive) ? AdmissionRefusal.InExclusiveFlow : null;
    }

    private static bool IsCoolingOff(AdmissionProspect prospect, AdmissionTerms terms, DateTimeOffset now) =>
        !terms.MultipleFlowsAllowed && !terms.CoolOffOverride && prospect.LastFinishedAt + terms.CoolOff > now;
}

internal sealed record AdmissionFlow(long Id, bool Enabled);

/// <param name="Id">The prospect's own id, not the CRM's.</param>
/// <param name="OptedOut">Opted out, or not to be contacted.</param>
/// <param name="OpenFlows">The flows it is in now.</param>
/// <param name="LastFinishedAt">When its last instance ended or was removed, in any flow.</param>
internal sealed record AdmissionProspect(long Id, bool OptedOut, IReadOnlyList<OpenFlow> OpenFlows, DateTimeOffset? LastFinishedAt);

internal sealed record OpenFlow(long Id, bool Exclusive);

/// <param name="CoolOff">Counts only where multiple flows are not allowed [doc].</param>
/// <param name="CoolOffOverride">Lifts the cool-off and nothing else.</param>
internal sealed record AdmissionTerms(bool MultipleFlowsAllowed, TimeSpan CoolOff, bool CoolOffOverride);

internal enum AdmissionRefusal
{
    FlowDisabled,
    UnknownProspect,
    OptedOut,
    InSameFlow,
    InAnotherFlow,
    InExclusiveFlow,
    CoolingOff,
}

internal static class AdmissionRefusals
{
    /// <summary>Code and sentence on the wire [rep]; those of the last three and of a disabled flow [inf].</summary>
    public static (string Code, string Message) OnTheWire(this AdmissionRefusal refusal) => refusal switch
    {
        AdmissionRefusal.FlowDisabled => ("InvalidState", "Flow is disabled"),
        AdmissionRefusal.UnknownProspect => ("InvalidArgument", "Invalid prospect crm id"),
        AdmissionRefusal.OptedOut => ("InvalidState", "Prospect opted out"),
        AdmissionRefusal.InSameFlow => ("InvalidState", "Prospect is already assigned to the same flow"),
        AdmissionRefusal.InAnotherFlow => ("InvalidState", "Prospect is already assigned to another flow"),
        AdmissionRefusal.InExclusiveFlow => ("InvalidState", "Prospect is already assigned to an exclusive flow"),
        AdmissionRefusal.CoolingOff => ("InvalidState", "Prospect is in cool off period"),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };
}
