using System.Text.Json.Nodes;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Intake.Reading;
using Sluice.Engine.Mail.Writing;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Mail;

/// <summary>The OpenAPI texts of mail.</summary>
internal static class MailDescription
{
    private static readonly Input MessageId = Required("messageId", Schema.Id("The message's id (not its Message-ID)."));

    public static readonly OperationDescription List = new("listMessages", ManagedParts.Mail, "List messages", "Lists the messages of flows, the newest first.")
    {
        Query =
        [
            Optional("flowInstanceId", Schema.Id("Only messages of this flow instance.")),
            Optional("state", Schema.Enum("Only messages in this state.", MessageStates.All).Named("MessageState")),
            Optional("before", Schema.Id("The id of the last message of the previous list.")),
            ManagedParts.Limit(100, 20),
        ],
        Answer = MessageJson.Default.MessagesAnswer,
    };

    public static readonly OperationDescription Get = new("getMessage", ManagedParts.Mail, "Show a message", "Returns one message, as a list of one.")
    {
        Path = [MessageId],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = MessageJson.Default.MessagesAnswer,
    };

    public static readonly OperationDescription Resolve = new(
        "resolveMessage", ManagedParts.Mail, "Resolve an uncertain message", "Decides about a message of which nobody knows whether it left.")
    {
        Path = [MessageId],
        Body = Schema.Object("The decision.", Required("as", Schema.Enum("sent: it left. not_sent: send it again.", "sent", "not_sent").Named("MessageDecision"))),
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = MessageJson.Default.MessagesAnswer,
    };

    public static readonly OperationDescription ListInbound = new(
        "listInbound", ManagedParts.Mail, "List what came in", "Lists the messages that came in, the newest first: what each was taken for, and what followed. Of a message that belongs to a flow instance, what the person wrote is kept, without quoted mail.")
    {
        Query =
        [
            Optional("type", InboundType("Only messages of this type.")),
            Optional("before", Schema.Text("The messageId of the last message of the previous list.", "<1@mail.example.org>")),
            ManagedParts.Limit(100, 20),
        ],
        Answer = HeardJson.Default.HeardAnswer,
    };

    public static readonly OperationDescription Accept = new(
        "acceptInbound", ManagedParts.Mail, "Report a reply or another reaction",
        "Reports what came from a prospect. The flow instance is found by its id, else by a signed token in an address of a whole message, else by the thread, else by the address. A repeated messageId changes nothing. "
        + "The body may also be a whole message as it came in, of the type message/rfc822 and at most 50 MiB: the server then says itself what it is, and the answer has `reading`. "
        + "Mail from a user of the company has the type `own` and changes nothing.")
    {
        RawType = InboundEndpoints.RawType,
        Body = Schema.Object(
            "The message.",
            Required("type", InboundType("What it is.")),
            Required("messageId", Schema.Text("Its Message-ID.", "<1@mail.example.org>")),
            Optional("flowInstanceId", Schema.IdInRequest("The flow instance.", DemoExample.FlowInstanceId)),
            Optional("inReplyTo", Schema.Text("The Message-ID that it answers.", "<1@sluice.example.com>")),
            Optional("references", Schema.Text("The Message-IDs of its thread.", "<1@sluice.example.com>")),
            Optional("from", Schema.Email("The prospect's address.")),
            Optional("recipient", Schema.Email("The address that a bounced mail was sent to.")),
            Optional("bounce", Schema.Enum("The kind of a bounce.", "hard", "soft").Named("BounceKind")),
            Optional("returnDate", Schema.Text("The end of an absence: a date or a time.", "2026-03-09")),
            Optional("subject", Schema.Text("Its subject, for whoever answers.", "Re: Hello")),
            Optional("text", Schema.Text($"What the person wrote, for whoever answers. At most {InboundText.MaxText} characters are kept.", "Yes, please call me.")),
            Optional("reason", Schema.Text("A sentence for the history.", "550 no such user"))),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = InboundAnswerJson.Default.InboundAnswer,
    };

    public static readonly OperationDescription Answer = new(
        "answerInbound", ManagedParts.Mail, "Answer a message that came in",
        "Sends an answer in the thread, to whoever wrote the message, in the name of the owner of its flow instance. It leaves as soon as it can, whatever becomes of the flow instance: no sending window and no limit "
        + "holds it, but it counts. Only what a person wrote can be answered. Whoever has opted out since then, or is on the stop list because the company has put them there, gets none: then the answer is 409.")
    {
        Body = Schema.Object(
            "The answer.",
            Required("messageId", Schema.Text("The Message-ID of the message that came in.", "<1@mail.example.org>")),
            Required("text", Schema.Text($"Plain text, at most {WrittenMail.MaxText} bytes.", "Hi Ada,\n\nI call you on Monday.")),
            Optional("subject", Schema.Text("Its subject. Without it, that of the message after Re:.", "Re: Hello")),
            Optional("answered", Schema.Count("How many answers to the message you have seen; 0 without it. If there are others by now, this one is refused, so that two people do not answer the same."))),
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = MessageJson.Default.MessagesAnswer,
    };

    private static JsonObject InboundType(string text) =>
        Schema.Enum(text, "reply", "auto_reply", "bounce", "unsubscribe", "meeting_booked", "call_back", "complaint").Named("InboundType");
}
