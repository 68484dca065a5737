namespace Sluice.Engine.Flows;

/// <summary>A flow with all that belongs to it.</summary>
/// <param name="SharedWith">Ids of users.</param>
internal sealed record StoredFlow(Flow Flow, IReadOnlyList<Step> Steps, IReadOnlyList<long> SharedWith);

/// <summary>What is to be written of a flow.</summary>
/// <param name="Before">Null: the flow is new.</param>
internal sealed record FlowChange(StoredFlow? Before, StoredFlow After)
{
    public bool HasNewFields => Before?.Flow != After.Flow;

    public bool HasNewSteps => !After.Steps.SequenceEqual(Before?.Steps ?? []);

    public bool HasNewShares => !(Before?.SharedWith ?? []).ToHashSet().SetEquals(After.SharedWith);

    public bool IsEmpty => !HasNewFields && !HasNewSteps && !HasNewShares;

    /// <summary>Characters of text in all that may have to be written.</summary>
    public int Length => (After.Flow.Description?.Length ?? 0) + After.Steps.Sum(step => (step.Subject?.Length ?? 0) + (step.Body?.Length ?? 0));
}
