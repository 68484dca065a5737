namespace Sluice.Engine.Instances;

/// <summary>
/// Decides whether a prospect may enter a flow now. It reads no clock and no database: the caller passes in the facts. When several
/// refusals apply, the client gets the first in the order below. An unknown flow or owner is checked earlier and refuses the whole call.
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

        if (prospect.OptedOutOfFlow)
        {
            return AdmissionRefusal.OptedOutOfFlow;
        }

        if (prospect.OpenFlows.Any(open => open.Id == flow.Id))
        {
            return AdmissionRefusal.InSameFlow;
        }

        return RefuseForOthers(prospect, terms) ?? (IsCoolingOff(prospect, terms, now) ? AdmissionRefusal.CoolingOff : null);
    }

    // A prospect in other flows may join an exclusive flow and stays in the others [doc]: an exclusive flow blocks only later assignments.
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
/// <param name="OptedOut">True if the prospect opted out, is marked do-not-contact, or has an address whose data was erased.</param>
/// <param name="OpenFlows">The flows in which the prospect has an open instance.</param>
/// <param name="LastFinishedAt">When the prospect's latest instance, in any flow, finished or was removed.</param>
internal sealed record AdmissionProspect(long Id, bool OptedOut, IReadOnlyList<OpenFlow> OpenFlows, DateTimeOffset? LastFinishedAt)
{
    /// <summary>True if the prospect unsubscribed from this flow alone.</summary>
    public bool OptedOutOfFlow { get; init; }
}

internal sealed record OpenFlow(long Id, bool Exclusive);

/// <param name="CoolOff">Applies only if the company does not allow multiple flows per prospect [doc].</param>
/// <param name="CoolOffOverride">Skips the cool-off check and no other check.</param>
internal sealed record AdmissionTerms(bool MultipleFlowsAllowed, TimeSpan CoolOff, bool CoolOffOverride)
{
    /// <summary>Hex; the key of the hashes in the stop list. The store that reads the facts needs it; the rule does not.</summary>
    public string CompanyKey { get; init; } = "";
}

internal enum AdmissionRefusal
{
    FlowDisabled,
    UnknownProspect,
    OptedOut,
    OptedOutOfFlow,
    InSameFlow,
    InAnotherFlow,
    InExclusiveFlow,
    CoolingOff,
}

internal static class AdmissionRefusals
{
    /// <summary>
    /// Error code and message in the /v2 answer [rep]; those of the last three and of a disabled flow are [inf]. An opt-out from one flow has the
    /// words of an opt-out from all [inf]: a client that knows the one must treat the other in the same way.
    /// </summary>
    public static (string Code, string Message) ToCodeAndMessage(this AdmissionRefusal refusal) => refusal switch
    {
        AdmissionRefusal.FlowDisabled => ("InvalidState", "Flow is disabled"),
        AdmissionRefusal.UnknownProspect => ("InvalidArgument", "Invalid prospect crm id"),
        AdmissionRefusal.OptedOut or AdmissionRefusal.OptedOutOfFlow => ("InvalidState", "Prospect opted out"),
        AdmissionRefusal.InSameFlow => ("InvalidState", "Prospect is already assigned to the same flow"),
        AdmissionRefusal.InAnotherFlow => ("InvalidState", "Prospect is already assigned to another flow"),
        AdmissionRefusal.InExclusiveFlow => ("InvalidState", "Prospect is already assigned to an exclusive flow"),
        AdmissionRefusal.CoolingOff => ("InvalidState", "Prospect is in cool off period"),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, null),
    };
}
