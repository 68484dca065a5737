using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail;

/// <summary>One mail of one step of one instance. It is a row before it is anything else.</summary>
/// <param name="SenderId">The user in whose name it goes.</param>
/// <param name="Body">HTML.</param>
/// <param name="MessageId">Without angle brackets.</param>
/// <param name="InReplyTo">The message before it in the thread.</param>
/// <param name="DueAt">Queued: not before.</param>
/// <param name="Fence">Counts those who took it to send it.</param>
internal sealed record Message(
    long CompanyId,
    long Id,
    long FlowInstanceId,
    long ProspectId,
    long StepId,
    int Attempt,
    long SenderId,
    string SenderAddress,
    string SenderName,
    string Recipient,
    string Subject,
    string Body,
    string MessageId,
    string? InReplyTo,
    MessageState State,
    DateTimeOffset DueAt,
    DateTimeOffset CreatedAt,
    int Tries = 0,
    long Fence = 0,
    string? Error = null,
    DateTimeOffset? SentAt = null)
{
    /// <returns>In small letters.</returns>
    public static string DomainOf(string address) => EmailAddress.Key(address[(address.LastIndexOf('@') + 1)..]);
}

/// <summary>The database holds the names in small letters.</summary>
internal enum MessageState
{
    Queued,

    /// <summary>Its instance is paused.</summary>
    Held,

    /// <summary>Committed before the network is touched: from here on it may have left.</summary>
    Sending,
    Sent,
    Cancelled,
    Failed,

    /// <summary>Its sender died, or the server's answer was lost: it may have left or not. Never sent again by itself.</summary>
    Uncertain,
}
