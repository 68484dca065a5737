using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;
using Sluice.Engine.Companies;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Mail;

/// <summary>What came back is told here: by whoever reads the mailbox, or by hand.</summary>
internal static class InboundEndpoints
{
    private const int MaxThread = 100;
    private const int MaxId = 998; // A line of a mail.

    public static void MapInbound(this IEndpointRouteBuilder api) =>
        api.MapPost("/sluice/v1/inbound", Hear).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false);

    private static async Task<IResult> Hear(Call call, Db db, Inbound inbound)
    {
        var fields = call.ReadBody();
        var message = Read(fields, call.Caller.TimeZone);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var by = call.ToActor();
        return await db.InTransactionAsync(tx => inbound.RunAsync(tx, message, by, call.Ct), call.Ct) is { } outcome
            ? new Answer<InboundAnswer>(new(call.RequestId, message.MessageId, outcome.Type, outcome.MatchedBy, outcome.FlowInstances), InboundAnswerJson.Default.InboundAnswer)
            : ApiError.NotFound("Flow instance not found");
    }

    private static InboundMessage Read(Fields fields, DateTimeZone zone)
    {
        var (type, bounce) = (ReadType(fields), fields.OptionalText("bounce"));
        if (bounce is not (null or "hard" or "soft"))
        {
            fields.Fault("bounce should be one of hard, soft");
        }

        // Of a mailing daemon the sender says nothing: who did not get it is the recipient.
        var address = fields.OptionalEmail(type == InboundType.Bounce ? "recipient" : "from");
        var messageId = Ids(fields.RequiredText("messageId")).FirstOrDefault() ?? "";
        if (messageId.Length > MaxId)
        {
            fields.Fault($"messageId should have at most {MaxId} characters");
        }

        return new InboundMessage(
            type, messageId, fields.OptionalId("flowInstanceId"), Thread(fields), address, ReadDate(fields.OptionalText("returnDate"), zone), bounce == "soft", fields.OptionalText("reason"));
    }

    private static InboundType ReadType(Fields fields)
    {
        var text = fields.RequiredText("type");
        var known = Enum.GetValues<InboundType>().ToDictionary(type => JsonNamingPolicy.SnakeCaseLower.ConvertName(type.ToString()));
        if (known.TryGetValue(text, out var type))
        {
            return type;
        }

        fields.Fault($"type should be one of {string.Join(", ", known.Keys)}");
        return default;
    }

    /// <summary>What it answers comes first, then the rest of the thread from its end.</summary>
    private static List<string> Thread(Fields fields) =>
        [.. Ids(fields.OptionalText("inReplyTo") ?? "").Concat(Ids(fields.OptionalText("references") ?? "").Reverse()).Distinct().Take(MaxThread)];

    /// <summary>With angle brackets, as in a mail, or without.</summary>
    private static IEnumerable<string> Ids(string text) =>
        text.Split([' ', '\t', '\r', '\n', ','], StringSplitOptions.RemoveEmptyEntries).Select(id => id.Trim('<', '>')).Where(id => id.Length > 0);

    /// <summary>A day begins in the company's zone. What cannot be read is no date [doc]: who is away has written it.</summary>
    private static DateTimeOffset? ReadDate(string? text, DateTimeZone zone) => text is null ? null
        : LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var day } && day.Year is > 1 and < 9999 ? zone.AtStartOfDay(day).ToDateTimeOffset()
        : WireTime.Read(text);
}

internal sealed record InboundAnswer(string RequestId, string MessageId, string Type, string MatchedBy, IReadOnlyList<InboundEffect> FlowInstances);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InboundAnswer))]
internal sealed partial class InboundAnswerJson : JsonSerializerContext;
