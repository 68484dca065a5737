namespace Sluice.Engine.Tasks;

/// <summary>Why there is a task.</summary>
internal enum TaskKind
{
    /// <summary>A user created it. It belongs to no flow instance.</summary>
    Manual,

    /// <summary>A step of a flow asks for it.</summary>
    Step,

    /// <summary>A mail is uncertain: nobody knows whether it left. The user should find out and record it.</summary>
    UncertainMail,
    Response,
    MeetingBooked,
    Bounced,

    /// <summary>The mailbox of the user does not work. It belongs to no prospect.</summary>
    Mailbox,
}

internal static class TaskKinds
{
    private static readonly Dictionary<string, TaskKind> ByWord = Enum.GetValues<TaskKind>().ToDictionary(Word, StringComparer.Ordinal);

    /// <summary>The kind as the database and <c>/sluice/v1</c> spell it.</summary>
    public static string Word(this TaskKind kind) => kind switch
    {
        TaskKind.Manual => "manual",
        TaskKind.Step => "step",
        TaskKind.UncertainMail => "uncertain_mail",
        TaskKind.Response => "response",
        TaskKind.MeetingBooked => "meeting_booked",
        TaskKind.Bounced => "bounced",
        TaskKind.Mailbox => "mailbox",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static TaskKind Parse(string word) => ByWord[word];
}
