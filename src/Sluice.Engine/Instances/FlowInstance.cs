namespace Sluice.Engine.Instances;

/// <summary>One prospect's one run through one flow, as the wire shows it. Longs alone, so that a listing reads thousands without an object.</summary>
/// <param name="Position">Of the id asked for that found it, from 0. It says whose it is.</param>
/// <param name="StatusNumber">Read <see cref="Status"/>.</param>
/// <param name="CreatedAt">Milliseconds since 1970, UTC.</param>
internal readonly record struct FlowInstance(long Position, long Id, long FlowId, long OwnerId, long StatusNumber, long CreatedAt)
{
    public FlowInstanceStatus Status => (FlowInstanceStatus)StatusNumber;
}

/// <summary>
/// The numbers are what the database holds, the names what the wire says [seed][doc]. Those below
/// <see cref="FinishedNoReply"/> are open; the partial indexes say <c>status &lt; 3</c>.
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

/// <summary>The finer reason of an end, kept beside the status; never on <c>/v2</c>.</summary>
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
