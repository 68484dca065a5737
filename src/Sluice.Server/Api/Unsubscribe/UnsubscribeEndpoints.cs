using Sluice.Engine.Instances;
using Sluice.Engine.Storage;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Unsubscribe;

/// <summary>
/// Serves the unsubscribe link of a mail. It needs no credentials, because the link is signed. A link with a wrong signature gets the same
/// answer as a link to an instance that does not exist.
/// </summary>
internal static class UnsubscribeEndpoints
{
    private static readonly Dictionary<string, UnsubscribeScope> Choices = new(StringComparer.Ordinal)
    {
        ["flow"] = UnsubscribeScope.Flow,
        ["all"] = UnsubscribeScope.All,
    };

    public static void MapUnsubscribe(this IEndpointRouteBuilder app)
    {
        app.MapGet("/unsubscribe/{token}", Show).Open();
        app.MapPost("/unsubscribe/{token}", Do).Open();
    }

    /// <summary>Shows what is stopped and what can be, and changes nothing: mail scanners and previews open links.</summary>
    private static async Task<IResult> Show(string token, HttpContext http, Db db, FailedLogins failed, CancellationToken ct) =>
        await UnsubscribeLink.FindAsync(db, token, ct) is { } link ? UnsubscribePage.Of(link) : await RefuseAsync(http, failed, ct);

    /// <summary>
    /// Stops mail. The page's buttons send a choice, and get the page of what is stopped now by a redirect, so that a reload sends nothing again.
    /// One-click unsubscribe (RFC 8058) sends none: it stops all mail, and is answered without a redirect, as the RFC wants. Repeated calls write nothing.
    /// </summary>
    private static async Task<IResult> Do(string token, string? choice, HttpContext http, Db db, ApplyTrigger applyTrigger, FailedLogins failed, CancellationToken ct)
    {
        if (await UnsubscribeLink.FindAsync(db, token, ct) is not { } link)
        {
            return await RefuseAsync(http, failed, ct);
        }

        if (!Choices.TryGetValue(choice ?? "all", out var wanted))
        {
            return UnsubscribePage.Refuse(link);
        }

        if (wanted > link.Stopped)
        {
            await StopAsync(link, wanted, db, applyTrigger, ct);
        }

        if (choice is null)
        {
            return UnsubscribePage.Of(link with { Stopped = UnsubscribeScope.All });
        }

        http.Response.Headers.Location = token; // Relative, so that it is right behind a proxy that serves this below a path.
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    private static async Task StopAsync(UnsubscribeLink link, UnsubscribeScope wanted, Db db, ApplyTrigger applyTrigger, CancellationToken ct)
    {
        var trigger = wanted == UnsubscribeScope.All
            ? new Trigger(TriggerKind.Unsubscribed) { Detail = "By the link in a mail" }
            : new Trigger(TriggerKind.UnsubscribedFromFlow) { Detail = "By the link in a mail, from this flow only" };
        var by = Actor.Engine(link.Company.Id);
        await db.InTransactionAsync(
            async tx => link.Past is var (prospectId, flowId)
                ? await applyTrigger.StopAsync(tx, prospectId, trigger with { FlowId = flowId }, by, ct)
                : (await applyTrigger.RunAsync(tx, link.Company.Id, link.FlowInstanceId, trigger, by, ct))?.Events,
            ct);
    }

    /// <summary>Refuses a link in the end as slowly as bad credentials: nobody can guess one, and nobody should be able to try fast.</summary>
    private static async Task<IResult> RefuseAsync(HttpContext http, FailedLogins failed, CancellationToken ct)
    {
        await failed.SlowDownAsync(http.Connection.RemoteIpAddress, ct);
        return UnsubscribePage.NotFound();
    }
}
