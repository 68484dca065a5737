using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>The facts that say whether instances of one company may go on: those about their flows, what is known of their people, and what the stop list says of these people.</summary>
internal record PersonFacts : FlowFacts
{
    protected PersonFacts(FlowFacts facts, Dictionary<long, ProspectState> prospects)
        : base(facts) => Prospects = prospects;

    public Dictionary<long, ProspectState> Prospects { get; }

    public static new async Task<PersonFacts> GatherAsync(IDbSession db, long companyId, IReadOnlyList<Run> runs, CancellationToken ct)
    {
        var facts = await FlowFacts.GatherAsync(db, companyId, runs, ct);
        var found = await new ProspectStore(db).FindAsync(companyId, Distinct(runs, run => run.ProspectId), facts.Company.CursorKey, ct);
        return new PersonFacts(facts, found.ToDictionary(one => one.Prospect.Id));
    }

    /// <summary>Returns the finish reason if something is gone that the instance cannot continue without [doc]; null: nothing is gone.</summary>
    public FinishReason? FindFinishReason(Run run) =>
        !Flows.ContainsKey(run.FlowId) ? FinishReason.FlowDeleted
        : !Users.TryGetValue(run.OwnerId, out var owner) || !owner.MayOwnInstances ? FinishReason.NoSeat
        : !Prospects.TryGetValue(run.ProspectId, out var known) || known.IsDeleted ? FinishReason.ProspectDeleted
        : known.IsSuppressedIn(run.FlowId) ? FinishReason.OptedOut
        : null;
}
