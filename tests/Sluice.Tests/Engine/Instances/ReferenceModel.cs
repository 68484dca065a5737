using Sluice.Engine.Companies;

namespace Sluice.Tests.Engine.Instances;

/// <summary>
/// Specifies in the shortest form what assign, unassign and list should do: a list of runs and the rule over it. It has no ids except the
/// server's, no statuses except open and not open, no database and no races. <c>ModelTests</c> sends every call to the server and to this model.
/// </summary>
internal sealed class ReferenceModel(AdmissionSettings settings, Func<DateTimeOffset> now)
{
    private readonly List<Run> _runs = [];

    /// <returns>The refusal of each prospect, in the order of the call; null if the prospect enters.</returns>
    public List<(string CrmId, string? Refusal)> Assign(ModelFlow flow, IEnumerable<string> crmIds, bool coolOffOverride) =>
        [.. crmIds.Distinct().Select(crmId => (crmId, Refuse(flow, crmId, coolOffOverride)))];

    /// <summary>Records that a prospect has entered a flow, with the id that the server gave to the instance.</summary>
    public void Entered(string id, ModelFlow flow, string crmId) => _runs.Add(new Run(id, flow, crmId));

    public List<string> Unassign(IEnumerable<string> ids)
    {
        var removed = ids.Distinct().Where(id => _runs.Exists(run => run.Id == id && run.IsOpen)).ToList();
        _runs.Where(run => removed.Contains(run.Id)).ToList().ForEach(run => run.EndedAt = now());
        return removed;
    }

    public List<string> List(IEnumerable<string> crmIds) =>
        [.. crmIds.Distinct().SelectMany(crmId => _runs.Where(run => run.CrmId == crmId && run.IsOpen)).Select(run => run.ToString())];

    public List<string> ListById(IEnumerable<string> ids) => [.. ids.Distinct().SelectMany(id => _runs.Where(run => run.Id == id)).Select(run => run.ToString())];

    private string? Refuse(ModelFlow flow, string crmId, bool coolOffOverride)
    {
        var runs = _runs.Where(run => run.CrmId == crmId).ToList();
        var open = runs.Where(run => run.IsOpen).ToList();
        return !flow.Enabled ? "Flow is disabled"
            : crmId == ModelTests.Unknown ? "Invalid prospect crm id"
            : crmId == ModelTests.OptedOut ? "Prospect opted out"
            : open.Exists(run => run.Flow == flow) ? "Prospect is already assigned to the same flow"
            : !settings.MultipleFlowsAllowed && open.Count > 0 ? "Prospect is already assigned to another flow"
            : open.Exists(run => run.Flow.Exclusive) ? "Prospect is already assigned to an exclusive flow"
            : !settings.MultipleFlowsAllowed && !coolOffOverride && runs.Max(run => run.EndedAt)?.AddDays(settings.CoolOffDays) > now() ? "Prospect is in cool off period"
            : null;
    }

    private sealed record Run(string Id, ModelFlow Flow, string CrmId)
    {
        public DateTimeOffset? EndedAt { get; set; }

        public bool IsOpen => EndedAt is null;

        public override string ToString() => $"{CrmId} in {Flow.Name} as {Id}: {(!IsOpen ? "Finished" : Flow.Waits ? "Pending" : "Running")}";
    }
}

internal sealed record ModelFlow(string Name, bool Exclusive = false, bool Enabled = true, bool Waits = false);
