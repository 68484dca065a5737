using Microsoft.AspNetCore.Routing.Patterns;
using Sluice.Engine.Audit;
using Sluice.Engine.Storage;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Layout;

/// <summary>
/// Writes each change by a form of the console into the audit, in the transaction of the change. It stands before all routes of the console, so that a
/// new form cannot forget it. What a form has in its fields is what the thing became; what it was before, its handler notes.
/// </summary>
internal sealed class AuditedForms(RequestDelegate next, Db db, AuditLog audit)
{
    public Task InvokeAsync(HttpContext http) =>
        http.Features.Get<Call>() is { } call && http.GetEndpoint() is RouteEndpoint { Metadata: var of } route && of.GetMetadata<Operation>() is { IsPage: true }
            && of.GetMetadata<AuditsItself>() is null && HttpMethods.IsPost(http.Request.Method)
            ? RunAsync(http, call, route)
            : next(http);

    private async Task RunAsync(HttpContext http, Call call, RouteEndpoint route)
    {
        if (route.Metadata.GetMetadata<RunsApart>() is not null)
        {
            await next(http);
            await (IsDone(http) ? NoteAsync(db, http, call, route) : Task.CompletedTask);
            return;
        }

        byte[] body;
        try
        {
            body = await RequestTransaction.RunAsync(db, whole => WorkAsync(whole, http, call, route), call.Ct);
        }
        catch (UndoneException undone)
        {
            body = undone.Body;
        }

        await http.Response.Body.WriteAsync(body, call.Ct);
    }

    private async Task<byte[]> WorkAsync(RequestTransaction whole, HttpContext http, Call call, RouteEndpoint route)
    {
        var body = await HeldAnswer.RunAsync(http, next);
        if (whole.MustUndo)
        {
            throw whole.HasEffect ? new InvalidOperationException("A part of the form failed, and the rest of it cannot be kept alone") : new UndoneException(body);
        }

        await (IsDone(http) ? db.InTransactionAsync(tx => NoteAsync(tx, http, call, route), call.Ct) : Task.CompletedTask);
        return body;
    }

    private static bool IsDone(HttpContext http) => http.Response.StatusCode < StatusCodes.Status400BadRequest && http.Features.Get<AuditNote>() is not { IsOfNothing: true };

    private Task NoteAsync(IDbSession tx, HttpContext http, Call call, RouteEndpoint route)
    {
        // What a person writes to another one stands in the message, and is erased there.
        var fields = http.Request.Form.Where(field => !FormGuard.IsSecret(field.Key) && field.Key != FormGuard.LetterField).Select(field => (field.Key, (string?)field.Value.ToString()));
        return audit.AddAsync(
            tx, call.CompanyId, call.ToAuditActor(), ActionOf(route), http.Features.Get<AuditNote>()?.Subject ?? SubjectOf(http, route), http.Features.Get<AuditNote>()?.Before ?? [], fields, call.Ct);
    }

    /// <returns>The fixed parts of the path after the console's own, such as <c>flows.disable</c>.</returns>
    private static string ActionOf(RouteEndpoint route) => string.Join('.', Words(route).Skip(1));

    private static string? SubjectOf(HttpContext http, RouteEndpoint route) => http.Request.RouteValues["id"] is string id ? $"{Words(route).ElementAt(1)} {id}" : null;

    private static IEnumerable<string> Words(RouteEndpoint route) =>
        route.RoutePattern.PathSegments.SelectMany(segment => segment.Parts).OfType<RoutePatternLiteralPart>().Select(part => part.Content);

    /// <summary>Undoes the transaction of a form that was answered although it must leave nothing.</summary>
    private sealed class UndoneException(byte[] body) : Exception
    {
        public byte[] Body => body;
    }
}

/// <summary>What a handler notes for the audit.</summary>
/// <param name="IsOfNothing">The form has changed nothing, so the audit gets no line.</param>
internal sealed record AuditNote(IReadOnlyList<(string Name, string? Value)> Before, string? Subject = null, bool IsOfNothing = false);

/// <summary>Marks a form whose operation writes its own line of the audit.</summary>
internal sealed record AuditsItself;
