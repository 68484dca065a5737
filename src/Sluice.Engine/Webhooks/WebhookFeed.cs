using Sluice.Engine.Events;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Webhooks;

/// <summary>Makes the event of the feed of a webhook that Sluice has disabled.</summary>
internal static class WebhookFeed
{
    public const string Gone = "gone";
    public const string Failing = "failing";

    public static Event OfDisabled(Webhook webhook, DeliveryAnswer answer, IdMaker ids, DateTimeOffset now) => new(webhook.CompanyId, ids.Next(), EventTypes.WebhookDisabled, now, new EventData
    {
        WebhookId = WireId.Write(webhook.Id),
        Status = "disabled",
        Reason = answer.Status == DeliveryRule.Gone ? Gone : Failing,
    });
}
