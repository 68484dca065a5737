using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Events;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Webhooks;

/// <summary>Makes the body of a request: the event as the feed has it. It is made anew for each try, so that no copy of it outlives an erasure.</summary>
internal sealed class WebhookBody(Db db, EventFeed feed)
{
    /// <summary>The <c>webhook-id</c>: that of the event, so a redelivery has it too.</summary>
    public static string MessageId(Delivery delivery) => WireId.Write(delivery.Event.Id);

    /// <returns>Null: the event is no longer kept.</returns>
    public async Task<byte[]?> FindAsync(Webhook webhook, Delivery delivery, CancellationToken ct)
    {
        var before = delivery.Event with { Id = delivery.Event.Id - 1 };
        var page = await feed.ReadAsync(webhook.CompanyId, before, EventFilter.All, 1, ct);
        return page.Events is [var found] && found.Cursor == delivery.Event
            ? webhook.IncludeText ? await AddTextAsync(found, ct) : found.ToUtf8()
            : null;
    }

    /// <summary>Adds the subject and the text of the mail that an event is about, if it is about one.</summary>
    private async Task<byte[]> AddTextAsync(Event one, CancellationToken ct)
    {
        var body = one.ToUtf8();
        if (one.Data.MessageId is not { } id || WireId.Find(id) is not { } messageId || await new MessageStore(db).FindAsync(one.CompanyId, messageId, ct) is not { } message)
        {
            return body;
        }

        var json = JsonNode.Parse(body)!.AsObject();
        json["data"]!["subject"] = message.Subject;
        json["data"]!["body"] = message.Body;
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
