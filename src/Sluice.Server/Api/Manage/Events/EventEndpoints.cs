using Sluice.Engine.Events;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Events;

/// <summary>Maps <c>/sluice/v1/events</c>: what has happened in the company, page by page or as a stream.</summary>
internal static class EventEndpoints
{
    private const int MaxLimit = 1000;
    private const int DefaultLimit = 100;

    public static void AddEvents(this IServiceCollection services) => services.AddSingleton<EventStreams>();

    public static void MapEvents(this RouteGroupBuilder manage)
    {
        var events = manage.MapGroup("/events");

        events.MapGet("", List).Takes("after", "types", "flowInstanceId", "flowId", "limit").WithDescription(EventDescription.List);
        events.MapGet("/stream", Stream).Takes("after", "types", "flowInstanceId", "flowId").WithDescription(EventDescription.Stream);
    }

    /// <summary>Maps the schemas of all events. They are a part of the API's description, and so they need no key.</summary>
    public static void MapEventSchemas(this IEndpointRouteBuilder app) =>
        app.MapGet("/openapi/events.json", () => Results.Text(EventSchemas.Document, "application/schema+json")).Open();

    private static async Task<IResult> List(Call call, EventFeed feed)
    {
        var query = call.ReadQuery();
        var (asked, limit) = (EventRequest.Read(query), query.Integer("limit", DefaultLimit, 1, MaxLimit));
        var after = asked.After ?? EventCursor.Start;
        return query.Refusal is { } refusal ? refusal
            : !await feed.IsKeptAsync(call.CompanyId, after, call.Ct) ? Gone()
            : new Answer<EventsAnswer>(EventsAnswer.From(call.RequestId, await feed.ReadAsync(call.CompanyId, after, asked.Filter, limit, call.Ct)), EventsJson.Default.EventsAnswer);
    }

    private static async Task<IResult> Stream(Call call, EventFeed feed, EventStreams streams)
    {
        var query = call.ReadQuery();
        var asked = EventRequest.Read(query, call.Request.Headers["Last-Event-ID"]);
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        return asked.After is { } after && !await feed.IsKeptAsync(call.CompanyId, after, call.Ct)
            ? Gone()
            : streams.Open(call.CompanyId, asked.After ?? await feed.FindEndAsync(call.CompanyId, call.Ct), asked.Filter);
    }

    /// <summary>Says that events are missing, instead of leaving them out in silence.</summary>
    private static ApiError Gone() => new(
        StatusCodes.Status410Gone, $"after: events that followed this one are deleted, because they are older than {EventFeed.Kept.TotalDays:0} days; without `after`, the list begins with the oldest that is kept");
}
