using Sluice.Engine.Mail;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>The facts that a step needs to begin: those about flows and people, the CRM fields that its text may name, and what was done before.</summary>
internal sealed record StepFacts : PersonFacts
{
    private StepFacts(PersonFacts facts, Dictionary<long, ProspectState> prospects)
        : base(facts, prospects)
    {
    }

    public required Dictionary<long, AssignmentOverrides> Overrides { get; init; }

    public required ILookup<long, LedgerEntry> LedgerEntries { get; init; }

    public required Dictionary<long, Message> LastSent { get; init; }

    public static new async Task<StepFacts> GatherAsync(IDbSession db, long companyId, IReadOnlyList<Run> runs, CancellationToken ct)
    {
        var facts = await PersonFacts.GatherAsync(db, companyId, runs, ct);
        var edited = runs.Where(run => facts.Flows.TryGetValue(run.FlowId, out var flow) && flow.Version != run.FlowVersion).Select(run => run.Id).ToList();
        var terms = Distinct(runs, run => run.OverridesId);
        var replying = runs.Where(run => facts.Steps[run.FlowId].Any(step => step.IsReply)).Select(run => run.Id).ToList();
        var prospects = await new ProspectFieldStore(db).AddFieldsAsync(companyId, [.. facts.Prospects.Values], ct);
        return new StepFacts(facts, prospects.ToDictionary(one => one.Prospect.Id))
        {
            Overrides = terms.Count == 0 ? [] : await new AssignmentOverridesStore(db).FindAsync(companyId, terms, ct),
            LedgerEntries = (edited.Count == 0 ? [] : await new LedgerStore(db).ListAsync(companyId, edited, ct)).ToLookup(begun => begun.FlowInstanceId),
            LastSent = replying.Count == 0 ? [] : (await new MessageStore(db).ListLastSentAsync(companyId, replying, ct)).ToDictionary(message => message.FlowInstanceId),
        };
    }

    /// <returns>Position of the instance's next step, also after an edit; one more than the number of steps if no step is left.</returns>
    public int NextPositionOf(Run run)
    {
        var steps = StepsOf(run);
        return Flows[run.FlowId].Version == run.FlowVersion
            ? Math.Min(run.StepOrder, steps.Count + 1)
            : NextStepRule.Find([.. steps.Select(step => step.Id)], [.. LedgerEntries[run.Id]], run.StepOrder, run.Attempt);
    }
}
