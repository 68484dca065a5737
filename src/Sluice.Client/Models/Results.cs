namespace Sluice.Client;

/// <summary>What came of an assignment. Prospects that the server refused are here, not in an exception.</summary>
public sealed record AssignResult
{
    /// <summary>The new flow instances, in the order of the ids asked for.</summary>
    public IReadOnlyList<FlowInstance> Assigned { get; init; } = [];

    /// <summary>The prospects that the server refused, each with the reason, in the order of the ids asked for.</summary>
    public IReadOnlyList<RefusedProspect> NotAssigned { get; init; } = [];

    /// <summary>What failed as a whole: at most one call, and after it the ids that were not sent any more.</summary>
    public IReadOnlyList<FailedBatch<CrmId>> Failed { get; init; } = [];

    /// <summary>
    /// Prospects in <see cref="Assigned"/> whose answer was lost, and who were then found in the flow. Almost surely this call assigned them; somebody
    /// else who did so in that moment looks the same. Only <c>SluiceClient.AssignSafelyAsync</c> has such.
    /// </summary>
    public IReadOnlyList<CrmId> FoundAfterLostAnswer { get; init; } = [];

    /// <summary>The ids of the requests, one for each call.</summary>
    public IReadOnlyList<string> RequestIds { get; init; } = [];
}

/// <summary>What came of a removal.</summary>
public sealed record UnassignResult
{
    /// <summary>The flow instances that this call ended, in the order of the ids asked for. Other ids did not change.</summary>
    public IReadOnlyList<FlowInstanceId> Unassigned { get; init; } = [];

    /// <summary>What failed as a whole: at most one call, and after it the ids that were not sent any more.</summary>
    public IReadOnlyList<FailedBatch<FlowInstanceId>> Failed { get; init; } = [];

    /// <summary>The ids of the requests, one for each call.</summary>
    public IReadOnlyList<string> RequestIds { get; init; } = [];
}

/// <summary>Ids of a long list that were sent in one call which failed, or were not sent because of it.</summary>
/// <param name="Ids">The ids.</param>
/// <param name="Fault">Why.</param>
/// <param name="WasSent">False: nothing was sent for these ids.</param>
public sealed record FailedBatch<T>(IReadOnlyList<T> Ids, SluiceException Fault, bool WasSent);
