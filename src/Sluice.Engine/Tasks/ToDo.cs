namespace Sluice.Engine.Tasks;

/// <summary>Something that a user should do, mostly for a prospect. The API calls it a task; the code calls it a to-do, because <c>Task</c> is a .NET type.</summary>
/// <param name="WorkspaceId">Zero for a to-do without a prospect, which belongs to no workspace.</param>
/// <param name="ProspectId">Null if it is about the user's mailbox. The database has zero then.</param>
/// <param name="FlowInstanceId">Null for a manual to-do; then the flow and the step are null too.</param>
/// <param name="Action">The same values as a step's action: CALL, SEND_EMAIL, …</param>
/// <param name="Title">The title of a manual to-do.</param>
internal sealed record ToDo(
    long CompanyId,
    long Id,
    long UserId,
    long WorkspaceId,
    long? ProspectId,
    long? FlowInstanceId,
    long? FlowId,
    long? StepId,
    TaskKind Kind,
    string Action,
    string? Title,
    ToDoStatus Status,
    ToDoPriority Priority,
    DateTimeOffset DueAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public const long NoWorkspace = 0;

    /// <summary>The action of a to-do that is neither a call nor a message.</summary>
    public const string Custom = "CUSTOM";

    /// <summary>The outcome of a call.</summary>
    public string? Outcome { get; init; }

    /// <summary>True while the instance is paused.</summary>
    public bool IsHidden { get; init; }
}

/// <summary>/v2 and the database use these names [doc].</summary>
internal enum ToDoStatus
{
    Open,
    Done,
    Dismissed,
}

/// <summary>The database stores these numbers; /v2 shows them as the priority's id and weight [inf].</summary>
internal enum ToDoPriority
{
    Low = 1,
    Medium = 2,
    High = 3,
}
