using System.Globalization;
using Sluice.Engine.Events;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Events;

/// <summary>Opens the streams of this node, up to a number of them. A stopping server ends them all.</summary>
internal sealed class EventStreams(EventFeed feed, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    public const int Max = 100;

    private int _open;

    /// <summary>How many are open now.</summary>
    public int Count => Volatile.Read(ref _open);

    public IResult Open(long companyId, EventCursor after, EventFilter filter, Func<IReadOnlyList<Event>, string>? write = null) =>
        new Opened(this, new EventStream(feed, companyId, after, filter, write ?? EventStream.WriteAll, clock));

    private async Task RunAsync(EventStream stream, HttpContext http)
    {
        if (Interlocked.Increment(ref _open) > Max)
        {
            Interlocked.Decrement(ref _open);
            http.Response.Headers.RetryAfter = 5.ToString(CultureInfo.InvariantCulture);
            await new ApiError(StatusCodes.Status503ServiceUnavailable, $"This server has {Max} streams open, which is the limit: try again later, or read GET /sluice/v1/events").ExecuteAsync(http);
            return;
        }

        try
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
            await stream.RunAsync(http, ends.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private sealed class Opened(EventStreams streams, EventStream stream) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => streams.RunAsync(stream, httpContext);
    }
}
