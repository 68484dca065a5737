namespace Sluice.Engine.Instances;

/// <summary>One prospect's run through one flow, as /v2 shows it. It has only <c>long</c>s, so a listing of thousands allocates no object per row.</summary>
/// <param name="Position">Position, from 0, of the requested id that matched this row. It tells which prospect the row belongs to.</param>
/// <param name="CreatedAt">Milliseconds since 1970, UTC.</param>
/// <param name="StatusNumber">Use <see cref="Status"/> instead.</param>
internal readonly record struct FlowInstance(long Position, long Id, long CreatedAt, long FlowId, long OwnerId, long StatusNumber)
{
    public InstanceStatus Status => (InstanceStatus)StatusNumber;
}

/// <summary>An open instance, just before it is ended in bulk.</summary>
/// <param name="EventCount">How many of its own events are in the feed.</param>
internal sealed record OpenInstance(long Id, long FlowId, long ProspectId, long OwnerId, InstanceStatus Status, int StepOrder, long EventCount);
