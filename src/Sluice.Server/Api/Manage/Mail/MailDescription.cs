using System.Text.Json.Nodes;
using Sluice.Engine.Mail;
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
        "listInbound", ManagedParts.Mail, "List what came in", "Lists the messages that came in, the newest first: what each was taken for, and what followed. Their texts are not kept.")
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
            Optional("reason", Schema.Text("A sentence for the history.", "550 no such user"))),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = InboundAnswerJson.Default.InboundAnswer,
    };

    private static JsonObject InboundType(string text) =>
        Schema.Enum(text, "reply", "auto_reply", "bounce", "unsubscribe", "meeting_booked", "call_back", "complaint").Named("InboundType");
}
