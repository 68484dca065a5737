using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Mail;

internal sealed record MessagesAnswer(string RequestId, IReadOnlyList<MessageItem> Messages);

/// <param name="StepId">Null of an answer, which belongs to no step.</param>
/// <param name="Headers">As they are sent.</param>
/// <param name="Body">HTML as it is sent, with the unsubscribe link if there is one.</param>
internal sealed record MessageItem(
    string Id,
    string FlowInstanceId,
    string? StepId,
    string State,
    string From,
    string To,
    string Subject,
    IReadOnlyList<MailHeader> Headers,
    string Body,
    string MessageId,
    string CreatedAt,
    string? DueAt,
    string? SentAt,
    int Tries,
    string? Error)
{
    /// <summary>The Message-ID of the message that came in and that it answers; null: it is the mail of a step.</summary>
    public string? Answers { get; init; }

    public static MessageItem Of(Message message, OutgoingMail mail, DateTimeZone zone) => new(
        WireId.Write(message.Id),
        WireId.Write(message.FlowInstanceId),
        message.IsAnswer ? null : WireId.Write(message.StepId),
        MessageStates.Word(message.State),
        message.SenderAddress,
        message.Recipient,
        message.Subject,
        [.. MimeMail.Headers(mail).Select(header => new MailHeader(header.Name, header.Value.Replace("\r\n", "", StringComparison.Ordinal)))],
        MimeMail.Html(mail),
        message.MessageId,
        WireTime.Write(message.CreatedAt, zone),
        message.State == MessageState.Queued ? WireTime.Write(message.DueAt, zone) : null,
        message.SentAt is { } sent ? WireTime.Write(sent, zone) : null,
        message.Tries,
        message.Why)
    {
        Answers = message.Answers,
    };
}

internal sealed record MailHeader(string Name, string Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MessagesAnswer))]
internal sealed partial class MessageJson : JsonSerializerContext;
