using System.Text.Json;
using NodaTime;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Mail.Intake.Reading;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Mail;

/// <summary>Accepts replies, bounces and other reactions of prospects: raw messages, or what a mailbox reader or a person says of one.</summary>
internal static class InboundEndpoints
{
    public const string RawType = "message/rfc822";

    private const int MaxId = 998; // Bytes of the longest line of a mail, RFC 5322.

    private static readonly Dictionary<string, InboundType> Types = Enum.GetValues<InboundType>().ToDictionary(type => JsonNamingPolicy.SnakeCaseLower.ConvertName(type.ToString()));

    public static void MapInbound(this RouteGroupBuilder manage)
    {
        manage.MapGet("/inbound", List).Takes("type", "before", "limit").WithDescription(MailDescription.ListInbound);
        manage.MapPost("/inbound", Accept).ReadsObjectOr(RawType).WithDescription(MailDescription.Accept);
    }

    private static async Task<IResult> List(Call call, Db db)
    {
        var query = call.ReadQuery();
        var (type, before, limit) = (query.OptionalWord("type", [.. Types.Keys]), query.OptionalText("before"), query.Integer("limit", 20, 1, 100));
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        var store = new HeardStore(db);
        var last = before is not null && HeaderIds.Read(before) is [var id, ..] ? await store.FindAsync(call.CompanyId, id, call.Ct) : null;
        return before is not null && last is null
            ? ApiError.Faults([$"before: there is no message {RequestReader.Echo(before)}"])
            : new Answer<HeardAnswer>(
                new(call.RequestId, (await store.ListAsync(call.CompanyId, type is null ? null : Types[type].ToString(), last, limit, call.Ct)).ConvertAll(one => HeardMail.Of(one, call.Caller.TimeZone))),
                HeardJson.Default.HeardAnswer);
    }

    private static Task<IResult> Accept(Call call, Db db, Inbound inbound, ReceiveMail receive) => call.IsRaw ? AcceptRawAsync(call, db, receive) : AcceptFieldsAsync(call, db, inbound);

    private static async Task<IResult> AcceptRawAsync(Call call, Db db, ReceiveMail receive)
    {
        var (body, refusal) = await RawBody.ReadAsync(call.Request, call.Ct);
        if (body is null)
        {
            return refusal!;
        }

        var (reading, outcome) = await receive.RunAsync(db, ParseMail.Run(body.Begin, body.Fingerprint), call.Caller.TimeZone, call.ToActor(), call.Ct);
        return Answer(call, reading.MessageId, outcome, MailReadingAnswer.Of(reading));
    }

    private static async Task<IResult> AcceptFieldsAsync(Call call, Db db, Inbound inbound)
    {
        var fields = call.ReadBody();
        var (message, sender) = Read(fields, call.Caller.TimeZone);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        if (sender is not null && await ReceiveMail.WhyOwnAsync(db, sender, call.CompanyId, call.Ct) is { } why)
        {
            return Answer(call, message.MessageId, new InboundOutcome(ReceiveMail.Own, "nothing", []), new MailReadingAnswer(ReceiveMail.Own, why, sender, message.Thread));
        }

        var by = call.ToActor();
        return await db.InTransactionAsync(tx => inbound.RunAsync(tx, message, by, call.Ct), call.Ct) is { } outcome
            ? Answer(call, message.MessageId, outcome, null)
            : ApiError.NotFound("Flow instance not found");
    }

    private static Answer<InboundAnswer> Answer(Call call, string messageId, InboundOutcome outcome, MailReadingAnswer? reading) =>
        new(new(call.RequestId, messageId, outcome.Type, outcome.MatchedBy, outcome.FlowInstances, reading), InboundAnswerJson.Default.InboundAnswer);

    /// <returns>The message, and who wrote it; null for a bounce, which a mail daemon writes.</returns>
    private static (InboundMessage Message, string? Sender) Read(RequestReader fields, DateTimeZone zone)
    {
        var (type, bounce) = (ReadType(fields), fields.OptionalWord("bounce", ["hard", "soft"]));

        // A bounce comes from a mail daemon, whose address says nothing; the recipient is the person who did not get the mail.
        var (wanted, other) = type == InboundType.Bounce ? ("recipient", "from") : ("from", "recipient");
        var address = ReadAddress(fields, wanted);
        fields.Has(other); // Known, so that a mailbox reader may always send both.
        var messageId = HeaderIds.Read(fields.RequiredText("messageId")).FirstOrDefault() ?? "";
        if (TextLength.WhyTooLong(messageId, MaxId) is { } sentence)
        {
            fields.Fault("messageId", sentence);
        }

        var thread = HeaderIds.Thread(fields.OptionalText("inReplyTo"), fields.OptionalText("references"));
        var message = new InboundMessage(type, messageId, fields.OptionalId("flowInstanceId"), thread, address, ReturnDate(fields, zone), bounce == "soft", fields.OptionalText("reason"));
        var (subject, text) = (fields.OptionalText("subject"), fields.OptionalText("text"));
        return (message with { Written = text is null ? null : InboundText.Of(address, subject ?? "", text) }, type == InboundType.Bounce ? null : address);
    }

    /// <summary>Reads an address as a header holds it: with a name, a comment, or several of which the first counts.</summary>
    private static string? ReadAddress(RequestReader fields, string name) =>
        fields.OptionalText(name) is not { } text ? null
        : HeaderAddresses.Read(text) is [var first, ..] ? first
        : fields.OptionalMailbox(name); // Refuses it.

    /// <summary>
    /// Reads the end of an absence. A date without a time is the start of that day in the company's time zone. An unparseable one is ignored [doc]:
    /// it comes from the prospect's auto-reply.
    /// </summary>
    private static DateTimeOffset? ReturnDate(RequestReader fields, DateTimeZone zone) =>
        fields.OptionalText("returnDate") is { } text ? WireTime.ReadDayOrTime(text, zone) : null;

    private static InboundType ReadType(RequestReader fields) => Types.GetValueOrDefault(fields.Word("type", [.. Types.Keys]));
}
