namespace Sluice.Engine.Events;

/// <summary>The types of events, as integrations see them.</summary>
internal static class EventTypes
{
    public const string Assigned = "flow_instance.assigned";
    public const string StepBegun = "flow_instance.step_begun";
    public const string StepDone = "flow_instance.step_done";
    public const string Replied = "flow_instance.replied";
    public const string Bounced = "flow_instance.bounced";
    public const string Paused = "flow_instance.paused";
    public const string Resumed = "flow_instance.resumed";
    public const string Finished = "flow_instance.finished";
    public const string Removed = "flow_instance.removed";
    public const string TaskCreated = "task.created";
    public const string TaskDone = "task.done";
    public const string TaskDismissed = "task.dismissed";
    public const string TaskReopened = "task.reopened";
    public const string MessageSent = "message.sent";
    public const string MessageFailed = "message.failed";
    public const string MessageUncertain = "message.uncertain";
    public const string OptedOut = "prospect.opted_out";
    public const string AddressInvalid = "prospect.address_invalid";
    public const string MailboxPaused = "mailbox.paused";
    public const string MailboxFailed = "mailbox.failed";
    public const string MailboxRecovered = "mailbox.recovered";
    public const string WebhookDisabled = "webhook.disabled";
    public const string BulkCompleted = "bulk.completed";
    public const string UploadCompleted = "crm.upload_completed";

    public static readonly IReadOnlyList<string> All =
    [
        Assigned, StepBegun, StepDone, Replied, Bounced, Paused, Resumed, Finished, Removed,
        TaskCreated, TaskDone, TaskDismissed, TaskReopened,
        MessageSent, MessageFailed, MessageUncertain,
        OptedOut, AddressInvalid,
        MailboxPaused, MailboxFailed, MailboxRecovered, WebhookDisabled, BulkCompleted, UploadCompleted,
    ];
}
