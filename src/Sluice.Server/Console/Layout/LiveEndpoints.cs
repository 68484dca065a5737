using Sluice.Engine.Events;
using Sluice.Server.Api.Manage.Events;

namespace Sluice.Server.Console.Layout;

/// <summary>
/// Tells open pages that something has happened in the company, and nothing more: a page then reads itself again, so it shows only what its reader may
/// see. Pages that nobody looks at close their stream.
/// </summary>
internal static class LiveEndpoints
{
    public static void MapLive(this RouteGroupBuilder console) => console.MapGet("/stream", Stream);

    private static async Task<IResult> Stream(Visit visit, EventFeed feed, LiveStreams streams) => streams.Open(visit.CompanyId, await feed.FindEndAsync(visit.CompanyId, visit.Ct));
}

/// <summary>The streams of the console's pages, apart from those of the API: neither can use up the other's.</summary>
internal sealed class LiveStreams(EventFeed feed, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    private readonly EventStreams _streams = new(feed, lifetime, clock);

    public IResult Open(long companyId, EventCursor after) => _streams.Open(companyId, after, EventFilter.All, static _ => "data: changed\n\n");
}
