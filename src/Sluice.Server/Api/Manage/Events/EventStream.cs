using System.Buffers;
using System.Text;
using Sluice.Engine.Events;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Events;

/// <summary>
/// One stream of server-sent events. It reads the feed in small pages, and reads on only when the client has taken the last one: a slow client costs no
/// memory, and one that takes nothing for ten seconds is cut off. It goes on later with <c>Last-Event-ID</c>.
/// </summary>
/// <param name="write">Writes a page of events.</param>
internal sealed class EventStream(EventFeed feed, long companyId, EventCursor after, EventFilter filter, Func<IReadOnlyList<Event>, string> write, TimeProvider clock)
{
    private const int Page = 50;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private EventCursor _place = after;
    private long _written = clock.GetTimestamp();

    /// <param name="ct">Ends the stream in good order; the client gets the end of the answer.</param>
    public async Task RunAsync(HttpContext http, CancellationToken ct)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would wait for a whole buffer.
        try
        {
            await WriteAsync(http, $": events after {_place}\n\n", ct); // Tells the client at once that it is connected.
            while (!HeadRequests.IsHead(http))
            {
                await StepAsync(http, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
        }
        catch (TimeoutException)
        {
            http.Abort();
        }
    }

    private async Task StepAsync(HttpContext http, CancellationToken ct)
    {
        var signal = feed.Signal;
        var page = await feed.ReadAsync(companyId, _place, filter, Page, ct);
        if (page.Events.Count > 0)
        {
            await WriteAsync(http, write(page.Events), ct);
        }
        else if (clock.GetElapsedTime(_written) >= Beat)
        {
            await WriteAsync(http, $": still here\nid: {page.Next}\n\n", ct); // The id alone: no event, but where to go on.
        }

        _place = page.Next;
        if (!page.HasMore)
        {
            await EventFeed.WaitAsync(signal, ct);
        }
    }

    /// <summary>Writes each event as a whole.</summary>
    public static string WriteAll(IReadOnlyList<Event> events) => string.Concat(events.Select(Line));

    private static string Line(Event one) => $"id: {one.Cursor}\nevent: {one.Type}\ndata: {Encoding.UTF8.GetString(one.ToUtf8())}\n\n";

    private async Task WriteAsync(HttpContext http, string text, CancellationToken ct)
    {
        http.Response.BodyWriter.Write(Encoding.UTF8.GetBytes(text));
        await http.Response.BodyWriter.FlushAsync(ct).AsTask().WaitAsync(Patience, TimeProvider.System, ct);
        _written = clock.GetTimestamp();
    }
}
