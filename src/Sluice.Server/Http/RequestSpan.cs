using System.Diagnostics;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>
/// Describes the span that ASP.NET Core makes for each request. The names follow OpenTelemetry's conventions for HTTP. Only the route's
/// pattern is told, never the path, the query or a header: they may contain addresses and secrets.
/// </summary>
internal static class RequestSpan
{
    /// <returns>Null: nobody listens.</returns>
    public static Activity? Begin(string requestId) =>
        Activity.Current is { IsAllDataRequested: true } span && span.Source.HasListeners() ? span.SetTag(Spans.RequestId, requestId) : null;

    public static void End(Activity? span, HttpContext http)
    {
        if (span is null)
        {
            return;
        }

        var (method, status) = (NameOf(http.Request.Method), http.Response.StatusCode);
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = route is null ? method : $"{method} {route}";
        span.SetTag("http.request.method", method);
        span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>A client may make up a method, and the number of names must have a bound.</summary>
    private static string NameOf(string method) => method is "GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD" or "OPTIONS" ? method : "_OTHER";
}
