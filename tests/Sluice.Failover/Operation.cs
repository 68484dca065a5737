namespace Sluice.Failover;

/// <summary>One call of a writer and what became of it. Times are timestamps of one clock, which every writer reads.</summary>
/// <param name="RequestId">Null where the answer was cut off.</param>
/// <param name="IsAnswered">False: a 500, or no answer at all. It may have been done or not, and nobody can say.</param>
/// <param name="Entered">The instances that an answered assign says it made.</param>
/// <param name="Removed">The instances that an answered unassign says it ended.</param>
internal sealed record Operation(
    long Start, long End, string? RequestId, bool IsAnswered, IReadOnlyList<Entered> Entered, IReadOnlyList<long> Removed);

internal readonly record struct Entered(long InstanceId, string CrmId, long FlowId);
