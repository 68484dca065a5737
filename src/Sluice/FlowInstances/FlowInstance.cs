namespace Sluice.FlowInstances;

/// <summary>One prospect's one run through one flow, as the wire shows it. A value: a listing makes thousands.</summary>
/// <param name="Position">Of the id asked for that found it, from 0.</param>
/// <param name="CreatedAt">Milliseconds since 1970, UTC.</param>
internal readonly record struct FlowInstance(
    int Position, long Id, string CrmProspectId, long FlowId, long OwnerId, FlowInstanceStatus Status, long CreatedAt);

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
