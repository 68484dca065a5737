using MimeKit.Cryptography;

namespace Sluice.Engine.Mail.Content;

/// <summary>A mail, ready to be sent.</summary>
/// <param name="Html">The body, without the unsubscribe link.</param>
/// <param name="MessageId">Without angle brackets, like every Message-ID in Sluice.</param>
/// <param name="References">Message-IDs of the thread so far, oldest first; the mail answers the last one. Empty: the mail starts a thread.</param>
/// <param name="UnsubscribeUrl">Null: the mail has no unsubscribe link.</param>
internal sealed record OutgoingMail(
    long CompanyId,
    string SenderAddress,
    string SenderName,
    string Recipient,
    string Subject,
    string Html,
    string MessageId,
    IReadOnlyList<string> References,
    DateTimeOffset Date,
    string? UnsubscribeUrl)
{
    /// <summary>Names the message behind the plus of an address; null: the mail has no such address.</summary>
    public string? PlusToken { get; init; }

    /// <summary>Where mail servers send bounces; null: the sender's address.</summary>
    public string? ReturnPath { get; init; }

    /// <summary>Where answers go; null: to the sender's address.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>What signs the mail (DKIM), in this order; none: it is not signed.</summary>
    public IReadOnlyList<DkimSigner> Signers { get; init; } = [];
}
