namespace Sluice.Failover;

/// <summary>One call of a writer and its outcome. Start and end are timestamps of one clock that all writers share.</summary>
/// <param name="RequestId">Null if the answer was cut off.</param>
/// <param name="IsAnswered">False for a 500 or no answer at all: nobody knows whether the call was done.</param>
/// <param name="Entered">The instances that an answered assign call says it created.</param>
/// <param name="Removed">The instances that an answered unassign call says it ended.</param>
internal sealed record Operation(
    long Start, long End, string? RequestId, bool IsAnswered, IReadOnlyList<Entered> Entered, IReadOnlyList<long> Removed);

internal readonly record struct Entered(long InstanceId, string CrmId, long FlowId);
