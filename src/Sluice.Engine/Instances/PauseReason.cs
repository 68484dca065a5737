namespace Sluice.Engine.Instances;

/// <summary>Why an instance is paused.</summary>
internal enum PauseReason
{
    Manual,
    Reply,
    MeetingBooked,
    Bounced,
    OutOfOffice,
    CalledBack,
}

internal static class PauseReasons
{
    private static readonly Dictionary<string, PauseReason> ByWord = Enum.GetValues<PauseReason>().ToDictionary(Word, StringComparer.Ordinal);

    /// <summary>The reason as the database and <c>/sluice/v1</c> spell it.</summary>
    public static string Word(this PauseReason reason) => reason switch
    {
        PauseReason.Manual => "manual",
        PauseReason.Reply => "reply",
        PauseReason.MeetingBooked => "meeting_booked",
        PauseReason.Bounced => "bounced",
        PauseReason.OutOfOffice => "out_of_office",
        PauseReason.CalledBack => "called_back",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    public static PauseReason Parse(string word) => ByWord[word];
}
