using System.Text.Json.Nodes;
using Sluice.Engine.Mailboxes;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Mailboxes;

/// <summary>The OpenAPI texts of mailboxes.</summary>
internal static class MailboxDescription
{
    public static readonly OperationDescription List = new(
        "listMailboxes", ManagedParts.Mail, "List mailboxes", "Lists the mailboxes of the company, with their states. Passwords are never answered.")
    {
        Answer = MailboxJson.Default.MailboxesAnswer,
    };

    public static readonly OperationDescription Get = new("getMailbox", ManagedParts.Mail, "Show a mailbox", "Returns one mailbox, without its password.")
    {
        Path = [ManagedParts.Id("The mailbox's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = MailboxJson.Default.MailboxAnswer,
    };

    public static readonly OperationDescription Add = new(
        "addMailbox", ManagedParts.Mail, "Add a mailbox",
        "Adds a mailbox. Mail of its user leaves through its SMTP server; what arrives in it is read by IMAP. The password, or what asks for access tokens, is encrypted before it is stored.")
    {
        Body = Fields(isNew: true),
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Answer = MailboxJson.Default.MailboxAnswer,
    };

    public static readonly OperationDescription Change = new(
        "changeMailbox", ManagedParts.Mail, "Change a mailbox", "Changes the fields in the request and keeps all others. A failed mailbox is tried again at once.")
    {
        Path = [ManagedParts.Id("The mailbox's id.")],
        Body = Fields(isNew: false),
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = MailboxJson.Default.MailboxAnswer,
    };

    public static readonly OperationDescription Remove = new("removeMailbox", ManagedParts.Mail, "Remove a mailbox", "Removes a mailbox with its password. Its mail stays where it is.")
    {
        Path = [ManagedParts.Id("The mailbox's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = MailboxJson.Default.MailboxRemoved,
    };

    public static readonly OperationDescription Check = new(
        "checkMailbox", ManagedParts.Mail, "Check a mailbox",
        "Logs in both ways, sends a mail from the mailbox to itself, reads SPF, DKIM, DMARC and PTR as receivers do, and says what is wrong, with the record or setting to add. Takes up to a minute. `sluice dev` answers 409: it connects to no mail server.")
    {
        Path = [ManagedParts.Id("The mailbox's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = MailboxCheckJson.Default.MailboxCheckAnswer,
    };

    private static JsonObject OAuth => Schema.Object(
        "Logs in by access tokens instead of a password (OAUTHBEARER or XOAUTH2). Encrypted, and never answered.",
        Optional("tokenUrl", Schema.Text("Where tokens are asked for. Default: that of the provider, if it is google or microsoft.", "https://login.example.com/token")),
        Required("clientId", Schema.Text("The client's id at the provider.", "sluice-client")),
        Optional("clientSecret", Schema.Text("The client's secret, if it has one.", "client-secret")),
        Optional("refreshToken", Schema.Text("Stands for the consent of the mailbox's owner. Without it, the client asks in its own name (client credentials).", "refresh-token")),
        Optional("scope", Schema.Text("The scope to ask for.", "https://outlook.office365.com/.default")));

    private static JsonObject Fields(bool isNew)
    {
        List<Input> fields =
        [
            Optional("password", Schema.Text("The password, or an app password. Encrypted, and never answered.", "app-password")),
            Optional("oauth", OAuth),
            Optional("userName", Schema.Text("The name for the login. Default: the address.", "ada@example.com")),
            Optional("name", Schema.Text("The sender's name. Default: the user's.", "Ada Lovelace")),
            Optional("userId", Schema.Id("The user whose mailbox it is. Default: the user with this address; without one, the mailbox is shared.")),
            Optional("plusAddress", Schema.Enum(
                "Where mail has an address such as ada+TOKEN@example.com, by which answers and bounces are matched if their headers are lost: nowhere, in the return path (bounces), or in Reply-To too. Only if the mail server delivers such addresses. Default: off.",
                [.. PlusAddressUses.Words]).Named("PlusAddressUse")),
            Optional("provider", Schema.Enum("A provider whose servers are known.", [.. MailboxPreset.ByName.Keys])),
            Optional("smtp", Host("The server for sending.", 587)),
            Optional("imap", Host("The server for reading.", 993)),
        ];
        return isNew
            ? Schema.Object("The new mailbox.", [Required("address", Schema.Email("The address. No other mailbox has it.")), .. fields])
            : Schema.Object("The fields to change.", [.. fields, Optional("paused", Schema.Flag("Whether the mailbox is stopped: it neither sends nor reads."))]);
    }

    private static JsonObject Host(string description, int port) => Schema.Object(
        description,
        Required("host", Schema.Text("The name of the server.", "mail.example.com")),
        Optional("port", Schema.Number($"The port. Default: {port}.", port)),
        Optional("tls", Schema.Enum("How TLS begins. none is allowed only to this machine. Default: implicit on ports 465 and 993, else starttls.", [.. MailTlsWords.All])));
}
