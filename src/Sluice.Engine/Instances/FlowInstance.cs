namespace Sluice.Engine.Instances;

/// <summary>One prospect's run through one flow, as /v2 shows it. It has only <c>long</c>s, so a listing of thousands allocates no object per row.</summary>
/// <param name="Position">Position, from 0, of the requested id that matched this row. It tells which prospect the row belongs to.</param>
/// <param name="StatusNumber">Use <see cref="Status"/> instead.</param>
/// <param name="CreatedAt">Milliseconds since 1970, UTC.</param>
internal readonly record struct FlowInstance(long Position, long Id, long FlowId, long OwnerId, long StatusNumber, long CreatedAt)
{
    public FlowInstanceStatus Status => (FlowInstanceStatus)StatusNumber;
}

/// <summary>
/// The database stores the numbers; /v2 shows the names [seed][doc]. A status below <see cref="FinishedNoReply"/> is open; the partial
/// indexes test this as <c>status &lt; 3</c>.
/// </summary>
internal enum FlowInstanceStatus
{
    Pending = 0,
    Running = 1,
    Paused = 2,
    FinishedNoReply = 3,
    FinishedResponse = 4,
    Finished = 5,
}

/// <summary>Why an instance finished, in more detail than its status. <c>/v2</c> never shows it.</summary>
internal static class FinishReason
{
    public const string RemovedManually = "removed_manually";
    public const string MeetingBooked = "meeting_booked";
    public const string OptedOut = "opted_out";
    public const string Bounced = "bounced";
    public const string ToDoExpired = "todo_expired";
    public const string FlowDeleted = "flow_deleted";
    public const string NoSeat = "no_seat";
    public const string CallOutcome = "call_outcome";
    public const string ProspectDeleted = "prospect_deleted";
    public const string Replied = "replied";
}
