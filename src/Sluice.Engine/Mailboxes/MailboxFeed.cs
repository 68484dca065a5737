using Sluice.Engine.Events;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mailboxes;

/// <summary>Makes the events of the feed of a mailbox that a person has paused, that fails, or that works again.</summary>
internal static class MailboxFeed
{
    public static Event OfPause(Mailbox before, IdMaker ids, EventActor? by, DateTimeOffset now) =>
        Of(before, EventTypes.MailboxPaused, ids, now, new EventData { OldStatus = Word(before.State), Status = Word(MailboxState.Paused), Actor = by });

    public static Event OfFailure(Mailbox mailbox, MailboxTrouble trouble, IdMaker ids, DateTimeOffset now) =>
        Of(mailbox, EventTypes.MailboxFailed, ids, now, new EventData { OldStatus = Word(MailboxState.Active), Status = Word(MailboxState.Failed), Reason = trouble.Word() });

    public static Event OfRecovery(Mailbox mailbox, IdMaker ids, DateTimeOffset now) =>
        Of(mailbox, EventTypes.MailboxRecovered, ids, now, new EventData { OldStatus = Word(MailboxState.Failed), Status = Word(MailboxState.Active) });

    private static Event Of(Mailbox mailbox, string type, IdMaker ids, DateTimeOffset now, EventData data) => new(mailbox.CompanyId, ids.Next(), type, now, data with
    {
        MailboxId = WireId.Write(mailbox.Id),
        OwnerId = mailbox.UserId is { } user ? WireId.Write(user) : null,
    });

    private static string Word(MailboxState state) => state.ToString().ToLowerInvariant();
}
