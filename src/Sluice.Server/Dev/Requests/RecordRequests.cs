using System.Globalization;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Requests;

/// <summary>
/// Records each request with its hints. It is the outermost middleware, so that it sees what the client sees, and it is mounted only if
/// requests are recorded. It never changes an answer: if it fails, only the record or its hints are missing.
/// </summary>
internal sealed partial class RecordRequests(RequestDelegate next, RequestLog log, Hints hints, TimeProvider clock, ILogger<RecordRequests> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (IsOurs(http.Request.Path))
        {
            await next(http);
            return;
        }

        var (time, start) = (clock.GetUtcNow(), clock.GetTimestamp());
        var notes = new RequestNotes();
        http.Features.Set(notes);
        await next(http);

        // Recorded before the answer leaves, so that a client that then reads the log finds the request in it.
        var duration = clock.GetElapsedTime(start);
        try
        {
            await KeepAsync(new AnsweredRequest(http, notes, time, await UnreadBody.FindAsync(http, clock)), duration);
        }
        catch (Exception fault)
        {
            LogNotKept(http.TraceIdentifier, fault);
        }
    }

    private async Task KeepAsync(AnsweredRequest answered, TimeSpan duration)
    {
        var found = await hints.FindAsync(answered);
        var (http, caller) = (answered.Http, answered.Notes.Caller);
        log.Keep(new RecordedRequest(
            answered.Time,
            http.Request.Method,
            Redaction.Text((http.Request.PathBase + http.Request.Path).Value ?? ""),
            Redaction.Query(http.Request, answered.Notes.Query, log.KeepsUnknownValues),
            http.RequestAborted.IsCancellationRequested ? null : http.Response.StatusCode,
            Math.Round(duration.TotalMilliseconds, 1),
            http.TraceIdentifier,
            caller is null ? null : WireId.Write(caller.CompanyId),
            caller?.AccessKey,
            long.TryParse(http.Response.Headers.RetryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null,
            answered is { IsAdmitted: true, Body: { } body } ? Redaction.Body(body, answered.Notes.Body) : null,
            found));
    }

    private static bool IsOurs(PathString path) =>
        path.StartsWithSegments("/sluice", StringComparison.Ordinal) || path.StartsWithSegments("/console", StringComparison.Ordinal) || path == "/health" || path == "/ready";

    [LoggerMessage(1, LogLevel.Warning, "The request {RequestId} was answered but not recorded")]
    private partial void LogNotKept(string requestId, Exception fault);
}
