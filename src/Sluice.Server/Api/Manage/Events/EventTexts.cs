using Sluice.Engine.Events;

namespace Sluice.Server.Api.Manage.Events;

/// <summary>Says in a sentence what each type of event means, for the schemas and the documentation.</summary>
internal static class EventTexts
{
    public static string Of(string type) => type switch
    {
        EventTypes.Assigned => "A prospect was assigned to a flow.",
        EventTypes.StepBegun => "A step has begun: its mail is queued, or its task is there.",
        EventTypes.StepDone => "A step is done, dismissed or skipped, and another one follows. After the last step comes `flow_instance.finished` instead.",
        EventTypes.Replied => "The prospect has answered. The status says whether the flow waits or goes on; if its rules end it, `flow_instance.finished` comes instead, with the reason `replied`.",
        EventTypes.Bounced => "A mail came back: the flow waits for another address.",
        EventTypes.Paused => "The flow waits: a person has paused it, the prospect is away or asked for a call, or a meeting is booked.",
        EventTypes.Resumed => "The flow goes on after a pause.",
        EventTypes.Finished => "The flow has ended. `reason` says why; without it, all steps are done and the prospect never answered.",
        EventTypes.Removed => "Somebody took the prospect out of the flow.",
        EventTypes.TaskCreated => "There is a new task.",
        EventTypes.TaskDone => "A task is done.",
        EventTypes.TaskDismissed => "A task is dismissed, by a person or because nobody needs it any more.",
        EventTypes.TaskReopened => "A task that was closed by mistake is open again, and so is its step.",
        EventTypes.MessageSent => "A mail has left.",
        EventTypes.MessageFailed => "A mail was refused for good, or could not leave for three days.",
        EventTypes.MessageUncertain => "Nobody knows whether a mail has left: a person must say so.",
        EventTypes.OptedOut => "A prospect wants no more mail. Each CRM record of the person has one event.",
        EventTypes.AddressInvalid => "Mail to the prospect's address came back: it does not exist.",
        EventTypes.MailboxPaused => "A person has paused a mailbox: it neither sends nor reads.",
        EventTypes.MailboxFailed => "A mailbox does not work: its mail waits, or nothing is read. Its owner has a task. `reason` says whether the server cannot be reached, refuses the login or the mail, or shows a certificate that is not trusted, or whether the provider takes the refresh token no more.",
        EventTypes.MailboxRecovered => "A mailbox that had failed works again.",
        EventTypes.WebhookDisabled => "Sluice has disabled a webhook: its endpoint answered 410, or all deliveries of five days failed.",
        EventTypes.BulkCompleted => "A bulk assignment has ended.",
        EventTypes.UploadCompleted => "An upload of CRM objects has ended.",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This type has no text"),
    };
}
