namespace Sluice.Engine.Instances;

/// <summary>A flow instance as the engine sees it: where it stands and what it waits for.</summary>
/// <param name="StepOrder">The step it is at, from 1.</param>
/// <param name="Attempt">Part of the ledger's key: larger after a bounced step is to be done again.</param>
/// <param name="FlowVersion">Of the flow when <paramref name="StepOrder"/> was chosen: an edit since then may have moved the step.</param>
/// <param name="NextDueAt">When something happens by itself; null where nothing will before somebody does something.</param>
/// <param name="Fence">Changes with every change. A write that names an older one finds nothing.</param>
/// <param name="HeldWaitsFor">Paused: what has been interrupted, with <paramref name="HeldDueAt"/>.</param>
internal sealed record Run(
    long CompanyId,
    long Id,
    string CrmProspectId,
    long ProspectId,
    long FlowId,
    long OwnerId,
    FlowInstanceStatus Status,
    int StepOrder,
    int Attempt,
    long FlowVersion,
    WaitsFor WaitsFor,
    DateTimeOffset? NextDueAt,
    long Fence,
    long? TermsId,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RepliedAt = null,
    DateTimeOffset? PausedAt = null,
    string? PauseReason = null,
    WaitsFor? HeldWaitsFor = null,
    DateTimeOffset? HeldDueAt = null,
    DateTimeOffset? FinishedAt = null,
    string? FinishReason = null)
{
    public bool IsOpen => Status < FlowInstanceStatus.FinishedNoReply;

    /// <summary>What it waits for, or would if it were not paused.</summary>
    public WaitsFor Doing => Status == FlowInstanceStatus.Paused ? HeldWaitsFor ?? WaitsFor.Step : WaitsFor;
}

/// <summary>What an open instance waits for, and so what <see cref="Run.NextDueAt"/> means. The numbers are the database's.</summary>
internal enum WaitsFor
{
    /// <summary>For its step to come due.</summary>
    Step = 0,

    /// <summary>For a person to do the step; what is due is the end of patience with that.</summary>
    ToDo = 1,

    /// <summary>For its mail to leave; the message has a due time of its own.</summary>
    Mail = 2,

    /// <summary>For somebody to resume it; what is due is the end of the pause.</summary>
    Pause = 3,
}

/// <summary>Why an instance is paused.</summary>
internal static class PauseReason
{
    public const string Manual = "manual";
    public const string Reply = "reply";
    public const string MeetingBooked = "meeting_booked";
    public const string Bounced = "bounced";
    public const string OutOfOffice = "out_of_office";
    public const string CalledBack = "called_back";
}
