namespace Sluice.Engine.Instances;

/// <summary>Why an instance finished, in more detail than its status. <c>/v2</c> never shows it.</summary>
internal enum FinishReason
{
    RemovedManually,
    MeetingBooked,
    OptedOut,
    Bounced,
    ToDoExpired,
    FlowDeleted,
    NoSeat,
    CallOutcome,
    ProspectDeleted,
    Replied,
}

internal static class FinishReasons
{
    private static readonly Dictionary<string, FinishReason> ByWord = Enum.GetValues<FinishReason>().ToDictionary(Word, StringComparer.Ordinal);

    /// <summary>The reason as the database and <c>/sluice/v1</c> spell it.</summary>
    public static string Word(this FinishReason reason) => reason switch
    {
        FinishReason.RemovedManually => "removed_manually",
        FinishReason.MeetingBooked => "meeting_booked",
        FinishReason.OptedOut => "opted_out",
        FinishReason.Bounced => "bounced",
        FinishReason.ToDoExpired => "todo_expired",
        FinishReason.FlowDeleted => "flow_deleted",
        FinishReason.NoSeat => "no_seat",
        FinishReason.CallOutcome => "call_outcome",
        FinishReason.ProspectDeleted => "prospect_deleted",
        FinishReason.Replied => "replied",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    public static FinishReason Parse(string word) => ByWord[word];
}
