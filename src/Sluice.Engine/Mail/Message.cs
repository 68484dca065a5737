using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail;

/// <summary>One mail of one step of one instance, or an answer that a person wrote. Its row is committed before anything is sent.</summary>
/// <param name="SenderId">The user in whose name the mail is sent.</param>
/// <param name="StepId">Of an answer: <see cref="NoStep"/>.</param>
/// <param name="Attempt">Of an answer: its number in the instance, from 1.</param>
/// <param name="Body">HTML.</param>
/// <param name="MessageId">Without angle brackets.</param>
/// <param name="InReplyTo">Message-ID of the previous mail in the thread; null: the mail starts a thread. Of an answer: of the message that it answers.</param>
/// <param name="DueAt">Earliest time at which a queued message may be sent. Of one in a limit queue: when the queue opens.</param>
/// <param name="Hold">Why it waits, or last waited; null: nothing held it.</param>
/// <param name="Error">The mail server's answer, or what went wrong; null: neither.</param>
/// <param name="Fence">Fencing token: grows when a worker claims the message, and when a person or a bounce decides its outcome.</param>
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
    Hold? Hold = null,
    string? Error = null,
    DateTimeOffset? SentAt = null)
{
    public const long NoStep = 0;

    /// <summary>Message-ID of the message of the prospect that it answers; null: it is the mail of a step.</summary>
    public string? Answers { get; init; }

    /// <summary>Of an answer: Message-ID of our mail before the message that it answers; null: there was none.</summary>
    public string? Follows { get; init; }

    /// <summary>Whether a person wrote it as an answer. It leaves whatever becomes of the flow instance, and completes no step.</summary>
    public bool IsAnswer => Answers is not null;

    /// <summary>The limit queue in which it waits; null: none.</summary>
    public long? LimitQueueId { get; init; }

    /// <summary>Why the message waits or what went wrong, in words; null: neither.</summary>
    public string? Why => Hold?.Sentence ?? Error;

    /// <returns>The domain in lower case.</returns>
    public static string DomainOf(string address) => EmailAddress.Key(address[(address.LastIndexOf('@') + 1)..]);
}
