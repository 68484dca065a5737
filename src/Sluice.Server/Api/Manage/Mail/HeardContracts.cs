using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Mail;

internal sealed record HeardAnswer(string RequestId, IReadOnlyList<HeardMail> Messages);

/// <summary>A message that came in.</summary>
/// <param name="Rule">Why it was taken for its type; absent if whoever reported it said the type.</param>
/// <param name="MatchedBy"><c>flow_instance_id</c>, <c>token</c>, <c>thread</c>, <c>address</c> or <c>nothing</c>; absent of very old messages.</param>
/// <param name="FlowInstances">What followed for each flow instance.</param>
internal sealed record HeardMail(string MessageId, string At, string Type, string? Rule, string? FlowInstanceId, string? MatchedBy, IReadOnlyList<InboundEffect> FlowInstances)
{
    /// <summary>The address to answer.</summary>
    public string? From { get; init; }

    public string? Subject { get; init; }

    /// <summary>What the person wrote; absent of a message that belongs to no flow instance, and of reports.</summary>
    public string? Text { get; init; }

    public static HeardMail Of(ListedInbound one, DateTimeZone zone)
    {
        var outcome = one.ReadOutcome();
        return new(
            one.MessageId, WireTime.Write(one.At, zone), JsonNamingPolicy.SnakeCaseLower.ConvertName(one.Type), one.Rule,
            one.FlowInstanceId is { } id ? WireId.Write(id) : null, outcome?.MatchedBy, outcome?.FlowInstances ?? [])
        {
            From = one.Written?.From,
            Subject = one.Written?.Subject,
            Text = one.Written?.Text,
        };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HeardAnswer))]
internal sealed partial class HeardJson : JsonSerializerContext;
