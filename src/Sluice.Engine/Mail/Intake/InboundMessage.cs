using System.Text.Json.Serialization;
using Sluice.Engine.Mail.Intake.Reading;

namespace Sluice.Engine.Mail.Intake;

/// <summary>A message from the prospect's side: a mail, or news that arrived in another way.</summary>
/// <param name="MessageId">Its own Message-ID, by which a repetition is recognised.</param>
/// <param name="FlowInstanceId">Null: the instance is found by the thread or, without one, by the address.</param>
/// <param name="Thread">The Message-IDs that it answers, nearest first.</param>
/// <param name="Address">The prospect's address: the sender of a mail; of a bounce or a complaint, the recipient of whom it speaks.</param>
/// <param name="Until">End of the absence, for an automatic reply.</param>
/// <param name="Reason">A sentence for the history.</param>
internal sealed record InboundMessage(
    InboundType Type, string MessageId, long? FlowInstanceId, IReadOnlyList<string> Thread, string? Address, DateTimeOffset? Until, bool IsSoft, string? Reason)
{
    /// <summary>The id of the message of ours that a signed token in an address names; null: there is none.</summary>
    public long? Answers { get; init; }

    /// <summary>What the person wrote; null: whoever reported it did not say.</summary>
    public InboundText? Written { get; init; }

    /// <summary>Whether a person, or a program in the person's name, wrote it: then it is kept for whoever answers.</summary>
    public bool IsWritten => Type is not (InboundType.Bounce or InboundType.Complaint);

    /// <summary>Whether it says something of the person or of the address, and not only of the flow that it answers.</summary>
    public bool IsOfPerson => Type is InboundType.Unsubscribe or InboundType.Complaint or InboundType.AutoReply || (Type == InboundType.Bounce && !IsSoft);
}

/// <summary>Type of an inbound message. In JSON it is written in snake case, such as <c>auto_reply</c>.</summary>
internal enum InboundType
{
    Reply,
    AutoReply,
    Bounce,
    Unsubscribe,
    MeetingBooked,
    CallBack,

    /// <summary>The prospect marked a mail as spam (RFC 5965).</summary>
    Complaint,
}

/// <param name="MatchedBy"><c>flow_instance_id</c>, <c>token</c>, <c>thread</c>, <c>address</c> or <c>nothing</c>.</param>
internal sealed record InboundOutcome(string Type, string MatchedBy, IReadOnlyList<InboundEffect> FlowInstances);

/// <param name="Effect">The kind of the event that followed, as in the history; <c>nothing</c>: the message changed nothing.</param>
/// <param name="Why">Why it changed nothing; null if it changed something.</param>
internal sealed record InboundEffect(string FlowInstanceId, string Effect, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Why = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InboundOutcome))]
internal sealed partial class InboundJson : JsonSerializerContext;
