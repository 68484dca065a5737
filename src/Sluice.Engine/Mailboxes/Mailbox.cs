namespace Sluice.Engine.Mailboxes;

/// <summary>
/// The mailbox of a user, or one that several share: mail leaves through it, and what arrives in it is read. A class, because the <c>ToString</c> of a
/// record would print the secret.
/// </summary>
internal sealed class Mailbox
{
    public const int MaxOfCompany = 1000;

    public required long CompanyId { get; init; }

    public required long Id { get; init; }

    /// <summary>Null: it is shared.</summary>
    public long? UserId { get; init; }

    public required string Address { get; init; }

    public required string Name { get; init; }

    public required MailHost Smtp { get; init; }

    /// <summary>Null: nothing is read.</summary>
    public MailHost? Imap { get; init; }

    public required string UserName { get; init; }

    /// <summary>Whether it logs in by access tokens, and the secret is a <see cref="MailboxOAuth"/>; otherwise the secret is a password.</summary>
    public bool UsesOAuth { get; init; }

    /// <summary>Whether its mail has an address with a token behind a plus, and where.</summary>
    public PlusAddressUse PlusAddress { get; init; }

    /// <summary>Encrypted by the server's master key.</summary>
    public required string Secret { get; init; }

    public required MailboxState State { get; init; }

    /// <summary>Why it cannot be read; null: it can.</summary>
    public string? Fault { get; init; }

    public DateTimeOffset? FaultAt { get; init; }

    /// <summary>Why no mail can leave through it; null: it can.</summary>
    public string? SendingFault { get; init; }

    public DateTimeOffset? SendingFaultAt { get; init; }

    /// <summary>Why the mailbox does not work; null: it works.</summary>
    public string? Trouble => Fault ?? SendingFault;

    /// <summary>Since when its owner has a task and the feed an event that says so; null: it works.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>The task of its owner; null: none, or the mailbox is shared.</summary>
    public long? ToDoId { get; init; }

    /// <summary>When it was last read without a fault; null: never.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Fencing token of the node that reads it.</summary>
    public long Fence { get; init; }
}

internal enum MailboxState
{
    Active,

    /// <summary>A person has stopped it: it neither sends nor reads.</summary>
    Paused,

    /// <summary>Its server refuses the login or the mail, or cannot be reached. It is tried again by itself.</summary>
    Failed,
}
