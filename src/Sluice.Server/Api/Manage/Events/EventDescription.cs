using System.Text.Json.Nodes;
using Sluice.Engine.Events;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Events;

/// <summary>The OpenAPI texts of events.</summary>
internal static class EventDescription
{
    private static readonly ApiPart Part = new("Events", "What has happened in the company: read it page by page, or be told.");

    private static readonly Dictionary<string, JsonObject> Words = new()
    {
        ["type"] = Schema.Enum("What has happened. The schema of each type is in /openapi/events.json.", EventTypes.All).Named("EventType"),
        ["at"] = Schema.Time("When it happened, in UTC."),
        ["sequence"] = Schema.Number("Numbers the events of the type flow_instance.* of one flow instance, from 1 and without gaps.", 1),
        ["next"] = Schema.Text("Where the next read begins: give it as `after`.", "812-1-4193842069741237551"),
    };

    private static readonly Input[] Filters =
    [
        Optional("types", Schema.Text("Only these types, with a comma between them.", "flow_instance.replied,flow_instance.finished")),
        Optional("flowInstanceId", Schema.Id("Only events of this flow instance.")),
        Optional("flowId", Schema.Id("Only events of this flow.")),
    ];

    public static readonly OperationDescription List = new(
        "listEvents", Part, "List events",
        "Lists what has happened, the oldest first: each event once, and in an order that never changes. Events are kept for 30 days. "
        + "With a filter, one call looks at up to 10,000 events: `hasMore` may be true although the list is empty. "
        + "410 means that events after this place are deleted already.")
    {
        Query = [Optional("after", Schema.Text("The `next` of the last answer. Without it, the list begins with the oldest event that is kept.", "812-1-4193842069741237551")), .. Filters, ManagedParts.Limit(1000, 100)],
        ErrorStatuses = [StatusCodes.Status410Gone],
        Answer = EventsJson.Default.EventsAnswer,
        FieldDescriptions = Words,
    };

    public static readonly OperationDescription Stream = new(
        "streamEvents", Part, "Stream events",
        "Sends events as they happen, as server-sent events: `id` is a place in the feed, `event` the type, `data` the event. It begins with what happens next, "
        + "or after the place in the header `Last-Event-ID` or in `after`. Every 15 seconds there is a comment. A client that reads too slowly is cut off. A node has up to 100 streams.")
    {
        Query = [Optional("after", Schema.Text("Begins after this place.", "812-1-4193842069741237551")), .. Filters],
        ErrorStatuses = [StatusCodes.Status410Gone, StatusCodes.Status503ServiceUnavailable],
        Answer = EventBodyJson.Default.EventBody,
        AnswerType = "text/event-stream",
        FieldDescriptions = Words,
    };
}
