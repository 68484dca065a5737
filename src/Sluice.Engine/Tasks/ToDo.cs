namespace Sluice.Engine.Tasks;

/// <summary>Something for a user to do with a prospect. <c>Task</c> is the wire's word, and .NET's: inside it is a to-do.</summary>
/// <param name="FlowInstanceId">Null: made by hand, and then so are the flow and the step.</param>
/// <param name="Kind">step, response, bounced, meeting_booked or manual.</param>
/// <param name="Action">As on a step: CALL, SEND_EMAIL, …</param>
/// <param name="Title">Of one made by hand.</param>
internal sealed record ToDo(
    long CompanyId,
    long Id,
    long UserId,
    long WorkspaceId,
    long ProspectId,
    long? FlowInstanceId,
    long? FlowId,
    long? StepId,
    string Kind,
    string Action,
    string? Title,
    ToDoStatus Status,
    ToDoPriority Priority,
    DateTimeOffset DueAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public const string Manual = "manual";
    public const string Step = "step";

    /// <summary>Nobody knows whether a mail has left: see whether it has, and say so.</summary>
    public const string UncertainMail = "uncertain_mail";
    public const string Response = "response";
    public const string MeetingBooked = "meeting_booked";
    public const string Bounced = "bounced";

    /// <summary>What came of a call.</summary>
    public string? Outcome { get; init; }

    /// <summary>Its instance is paused.</summary>
    public bool IsHidden { get; init; }
}

/// <summary>The names are the wire's and the database's [doc].</summary>
internal enum ToDoStatus
{
    Open,
    Done,
    Dismissed,
}

/// <summary>The numbers are the database's, and the weights and ids on the wire [inf].</summary>
internal enum ToDoPriority
{
    Low = 1,
    Medium = 2,
    High = 3,
}
