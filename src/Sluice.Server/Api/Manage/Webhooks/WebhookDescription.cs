using System.Text.Json.Nodes;
using Sluice.Engine.Events;
using Sluice.Engine.Webhooks;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Webhooks;

/// <summary>The OpenAPI texts of webhooks.</summary>
internal static class WebhookDescription
{
    public static readonly ApiPart Part = new("Webhooks", "Sends the company's events to other programs, signed as Standard Webhooks says.");

    public static readonly Input Id = ManagedParts.Id("The webhook's id.");

    public static readonly OperationDescription List = new("listWebhooks", Part, "List webhooks", "Lists the webhooks of the company. Secrets are never answered.")
    {
        Answer = WebhookJson.Default.WebhooksAnswer,
    };

    public static readonly OperationDescription Get = new("getWebhook", Part, "Show a webhook", "Returns one webhook, without its secret.")
    {
        Path = [Id],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = WebhookJson.Default.WebhookAnswer,
    };

    public static readonly OperationDescription Add = new(
        "addWebhook", Part, "Add a webhook",
        $"Adds a webhook. It gets the events that happen from now on. The answer shows its secret, once. A company has at most {Webhook.MaxOfCompany} webhooks.")
    {
        Body = Fields(isNew: true),
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Answer = WebhookJson.Default.WebhookSecretAnswer,
    };

    public static readonly OperationDescription Change = new(
        "changeWebhook", Part, "Change a webhook",
        "Changes the fields in the request and keeps all others. A webhook that is enabled again gets everything that has waited, at once.")
    {
        Path = [Id],
        Body = Fields(isNew: false),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = WebhookJson.Default.WebhookAnswer,
    };

    public static readonly OperationDescription Remove = new("removeWebhook", Part, "Remove a webhook", "Removes a webhook with its deliveries. Nothing more is sent to it.")
    {
        Path = [Id],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = WebhookJson.Default.WebhookRemoved,
    };

    public static readonly OperationDescription RotateSecret = new(
        "rotateWebhookSecret", Part, "Give a webhook a new secret",
        "Makes a new secret and shows it, once. For 24 hours requests are signed with the old one too, so that a receiver can change over without losing any.")
    {
        Path = [Id],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = WebhookJson.Default.WebhookSecretAnswer,
    };

    public static readonly OperationDescription Test = new(
        "testWebhook", Part, "Test a webhook", $"Sends an event of the type {TestWebhook.Type} at once, also to a disabled webhook, and answers what the endpoint said.")
    {
        Path = [Id],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = WebhookJson.Default.WebhookTestAnswer,
    };

    private static JsonObject Fields(bool isNew)
    {
        List<Input> fields =
        [
            new("url", Schema.Text("Where to send events: https, or http in a network that the server's operator has allowed.", "https://example.com/hooks"), isNew),
            Optional("types", Schema.List("Which types of events. Default: all, also those of later versions.", Schema.Enum("A type of events.", EventTypes.All).Named("EventType"))),
            Optional("description", Schema.Text("What it is for.", "Our warehouse")),
            Optional("enabled", Schema.Flag("Whether events are sent. Those of a disabled webhook wait in the feed for 30 days. Default: true.")),
            Optional("ordered", Schema.Flag("Whether the next event of a flow instance waits until its last one was delivered or given up. Default: false.")),
            Optional("includeText", Schema.Flag("Whether events of mail carry its subject and body. Default: false.")),
        ];
        return Schema.Object(isNew ? "The new webhook." : "The fields to change.", fields);
    }
}
