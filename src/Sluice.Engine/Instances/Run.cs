namespace Sluice.Engine.Instances;

/// <summary>A flow instance as the engine sees it: its current step and what it waits for.</summary>
/// <param name="StepOrder">The position of the current step, from 1.</param>
/// <param name="Attempt">Part of the ledger's key. It grows when the same step must run again, for example after a bounce.</param>
/// <param name="FlowVersion">The flow's version when <paramref name="StepOrder"/> was chosen. A later edit may have moved the step.</param>
/// <param name="NextDueAt">When the engine acts next. Null: the engine does nothing until a person or an inbound event changes the instance.</param>
/// <param name="OverridesId">The id of the assignment's overrides. Null: it overrides nothing.</param>
/// <param name="Fence">The fencing token. It grows with every save and every change from outside; a write that carries an older one changes nothing.</param>
/// <param name="WaitsForBeforePause">While paused: what the instance waited for before the pause; <paramref name="DueBeforePause"/> is when that was due.</param>
internal sealed record Run(
    long CompanyId,
    long Id,
    string CrmProspectId,
    long ProspectId,
    long FlowId,
    long OwnerId,
    InstanceStatus Status,
    int StepOrder,
    int Attempt,
    long FlowVersion,
    WaitsFor WaitsFor,
    DateTimeOffset? NextDueAt,
    long Fence,
    long? OverridesId,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RepliedAt = null,
    DateTimeOffset? PausedAt = null,
    PauseReason? PauseReason = null,
    WaitsFor? WaitsForBeforePause = null,
    DateTimeOffset? DueBeforePause = null,
    DateTimeOffset? FinishedAt = null,
    FinishReason? FinishReason = null)
{
    /// <summary>How many of its own events are in the feed. A save counts on by itself.</summary>
    public long EventCount { get; init; }

    /// <summary>Makes an instance that waits for a step and has not been changed yet.</summary>
    public static Run New(
        long companyId,
        long id,
        string crmProspectId,
        long prospectId,
        long flowId,
        long ownerId,
        InstanceStatus status,
        int stepOrder,
        DateTimeOffset? nextDueAt,
        DateTimeOffset createdAt) => new(
        companyId, id, crmProspectId, prospectId, flowId, ownerId, status, stepOrder, Attempt: 1, FlowVersion: 1, WaitsFor.Step, nextDueAt, Fence: 0, OverridesId: null, createdAt);

    public bool IsOpen => Status < InstanceStatus.FinishedNoReply;

    /// <summary>What the instance waits for, or would wait for if it were not paused.</summary>
    public WaitsFor UnderlyingWait => Status == InstanceStatus.Paused ? WaitsForBeforePause ?? WaitsFor.Step : WaitsFor;
}

/// <summary>What an open instance waits for. It decides what <see cref="Run.NextDueAt"/> means. The database stores the numbers.</summary>
internal enum WaitsFor
{
    /// <summary>Waits until its step is due.</summary>
    Step = 0,

    /// <summary>Waits for a person to do the step; the due time is when that task expires.</summary>
    ToDo = 1,

    /// <summary>Waits for its message to be sent; the message has its own due time.</summary>
    Mail = 2,

    /// <summary>Waits for a person to resume it; the due time is when the pause ends.</summary>
    Pause = 3,
}
