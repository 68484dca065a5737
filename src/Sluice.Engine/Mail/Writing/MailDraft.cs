using Sluice.Engine.Mail.Content;
using Sluice.Engine.Users;

namespace Sluice.Engine.Mail.Writing;

/// <summary>A mail that is offered to a person, who may change it before it leaves.</summary>
/// <param name="From">In whose name it leaves.</param>
/// <param name="Offered">Placeholders without a value stand in it, in braces.</param>
internal sealed record MailDraft(User From, string To, Rendered Offered)
{
    /// <summary>Message-ID of the mail that it answers; null: it starts a thread.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>How often the message was answered already.</summary>
    public int Answered { get; init; }
}

/// <summary>What has become of a mail that a person has written. Exactly one of them is there.</summary>
/// <param name="Faults">What is wrong with what was written.</param>
/// <param name="WhyNot">Why it cannot be sent at all.</param>
internal sealed record WrittenOutcome(Message? Sent, IReadOnlyList<string> Faults, string? WhyNot)
{
    public static WrittenOutcome Of(Message sent) => new(sent, [], null);

    public static WrittenOutcome Refused(IReadOnlyList<string> faults) => new(null, faults, null);

    public static WrittenOutcome Impossible(string whyNot) => new(null, [], whyNot);
}
