using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Mail;

/// <summary>Accepts replies, bounces and other reactions of prospects, reported by a mailbox reader or by hand.</summary>
internal static class InboundEndpoints
{
    private const int MaxThread = 100;
    private const int MaxId = 998; // Bytes of the longest line of a mail, RFC 5322.

    public static void MapInbound(this RouteGroupBuilder manage) =>
        manage.MapPost("/inbound", Accept).ReadsObject().WithDescription(MailDescription.Accept);

    private static async Task<IResult> Accept(Call call, Db db, Inbound inbound)
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

    private static InboundMessage Read(RequestReader fields, DateTimeZone zone)
    {
        var (type, bounce) = (ReadType(fields), fields.OptionalWord("bounce", ["hard", "soft"]));

        // A bounce comes from a mail daemon, whose address says nothing; the recipient is the person who did not get the mail.
        var (wanted, other) = type == InboundType.Bounce ? ("recipient", "from") : ("from", "recipient");
        var address = fields.OptionalMailbox(wanted);
        fields.Has(other); // Known, so that a mailbox reader may always send both.
        var messageId = Ids(fields.RequiredText("messageId")).FirstOrDefault() ?? "";
        if (TextLength.WhyTooLong(messageId, MaxId) is { } sentence)
        {
            fields.Fault("messageId", sentence);
        }

        return new InboundMessage(
            type, messageId, fields.OptionalId("flowInstanceId"), Thread(fields), address, ReturnDate(fields, zone), bounce == "soft", fields.OptionalText("reason"));
    }

    /// <summary>
    /// Reads the end of an absence. A date without a time is the start of that day in the company's time zone. An unparseable one is ignored [doc]:
    /// it comes from the prospect's auto-reply.
    /// </summary>
    private static DateTimeOffset? ReturnDate(RequestReader fields, DateTimeZone zone) =>
        fields.OptionalText("returnDate") is { } text ? WireTime.ReadDayOrTime(text, zone) : null;

    private static InboundType ReadType(RequestReader fields)
    {
        var known = Enum.GetValues<InboundType>().ToDictionary(type => JsonNamingPolicy.SnakeCaseLower.ConvertName(type.ToString()));
        return known.GetValueOrDefault(fields.Word("type", [.. known.Keys]));
    }

    /// <summary>Lists the message ids of the thread: first the one that the mail answers, then the references, newest first.</summary>
    private static List<string> Thread(RequestReader fields) =>
        [.. Ids(fields.OptionalText("inReplyTo") ?? "").Concat(Ids(fields.OptionalText("references") ?? "").Reverse()).Distinct().Take(MaxThread)];

    /// <summary>Splits a list of message ids, with or without the angle brackets of mail headers.</summary>
    private static IEnumerable<string> Ids(string text) =>
        text.Split([' ', '\t', '\r', '\n', ','], StringSplitOptions.RemoveEmptyEntries).Select(id => id.Trim('<', '>')).Where(id => id.Length > 0);
}

internal sealed record InboundAnswer(string RequestId, string MessageId, string Type, string MatchedBy, IReadOnlyList<InboundEffect> FlowInstances);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InboundAnswer))]
internal sealed partial class InboundAnswerJson : JsonSerializerContext;
