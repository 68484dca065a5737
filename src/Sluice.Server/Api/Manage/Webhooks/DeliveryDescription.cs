using Sluice.Engine.Events;
using Sluice.Engine.Webhooks;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Webhooks;

/// <summary>The OpenAPI texts of deliveries.</summary>
internal static class DeliveryDescription
{
    public static readonly OperationDescription List = new(
        "listWebhookDeliveries", WebhookDescription.Part, "List deliveries", "Lists what was sent to a webhook and what waits, the newest first. Deliveries are kept for 30 days.")
    {
        Path = [WebhookDescription.Id],
        Query =
        [
            Optional("status", Schema.Enum("Only deliveries with this status.", DeliveryStatuses.All).Named("DeliveryStatus")),
            Optional("before", Schema.Id("The id of the last delivery of the previous list.")),
            ManagedParts.Limit(100, 20),
        ],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = WebhookJson.Default.DeliveriesAnswer,
    };

    public static readonly OperationDescription RedeliverOne = new(
        "redeliver", WebhookDescription.Part, "Send an event again", "Sends the event of a delivery again, as a new delivery with the same webhook-id. The old one stays as it is.")
    {
        Path = [WebhookDescription.Id, Required("deliveryId", Schema.Id("The delivery's id."))],
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = WebhookJson.Default.DeliveryAnswerItem,
    };

    public static readonly OperationDescription RedeliverMany = new(
        "redeliverMany", WebhookDescription.Part, "Send many events again",
        $"Sends the events of up to {Redeliver.MaxOfCall} deliveries again, the oldest first, each as a new delivery. Of an event only its last delivery counts.")
    {
        Path = [WebhookDescription.Id],
        Body = Schema.Object(
            "Which deliveries.",
            Optional("status", Schema.Enum("Deliveries with this status. Default: failed.", DeliveryStatuses.Ended).Named("EndedDeliveryStatus")),
            Optional("from", Schema.Time("Deliveries that were made at this time or later.")),
            Optional("until", Schema.Time("Deliveries that were made before this time. Default: now.")),
            Optional("type", Schema.Enum("Deliveries of events of this type.", EventTypes.All).Named("EventType"))),
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = WebhookJson.Default.RedeliveryAnswer,
    };
}
