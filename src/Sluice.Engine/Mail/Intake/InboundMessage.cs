using System.Text.Json.Serialization;

namespace Sluice.Engine.Mail.Intake;

/// <summary>Something that came back: a mail, or what somebody was told in another way.</summary>
/// <param name="MessageId">Its own, by which it is known again.</param>
/// <param name="FlowInstanceId">Null: found by the thread, then by the address.</param>
/// <param name="Thread">The Message-IDs that it answers, the nearest first.</param>
/// <param name="Address">Of the prospect.</param>
/// <param name="Until">Out of office: until when.</param>
/// <param name="Reason">For the history.</param>
internal sealed record InboundMessage(
    InboundType Type, string MessageId, long? FlowInstanceId, IReadOnlyList<string> Thread, string? Address, DateTimeOffset? Until, bool IsSoft, string? Reason);

/// <summary>On the wire in small letters, words parted by <c>_</c>.</summary>
internal enum InboundType
{
    Reply,
    AutoReply,
    Bounce,
    Unsubscribe,
    MeetingBooked,
    CallBack,
}

/// <param name="MatchedBy">flow_instance_id, thread, address or nothing.</param>
internal sealed record InboundOutcome(string Type, string MatchedBy, IReadOnlyList<InboundEffect> FlowInstances);

/// <param name="Effect">What it led to, as in the history; nothing: it changed nothing.</param>
/// <param name="Why">Where it changed nothing.</param>
internal sealed record InboundEffect(string FlowInstanceId, string Effect, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Why = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InboundOutcome))]
internal sealed partial class InboundJson : JsonSerializerContext;
