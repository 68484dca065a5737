using Sluice.Engine.Events;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mailboxes;

/// <summary>Makes the event of the feed of a mailbox that a person has paused.</summary>
internal static class MailboxFeed
{
    public static Event OfPause(Mailbox before, IdMaker ids, EventActor? by, DateTimeOffset now) => new(before.CompanyId, ids.Next(), EventTypes.MailboxPaused, now, new EventData
    {
        MailboxId = WireId.Write(before.Id),
        OwnerId = before.UserId is { } user ? WireId.Write(user) : null,
        OldStatus = before.State.ToString().ToLowerInvariant(),
        Status = "paused",
        Actor = by,
    });
}
