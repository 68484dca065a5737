using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Storage;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Unsubscribe;

/// <summary>
/// Serves the unsubscribe link of a mail. It needs no credentials, because the link is signed. A link with a wrong signature gets the same
/// answer as a link to an instance that does not exist.
/// </summary>
internal static class UnsubscribeEndpoints
{
    public static void MapUnsubscribe(this IEndpointRouteBuilder app)
    {
        app.MapGet("/unsubscribe/{token}", Show).Open();
        app.MapPost("/unsubscribe/{token}", Do).Open();
    }

    /// <summary>Shows a form and changes nothing, because mail scanners and previews open links.</summary>
    private static async Task<IResult> Show(string token, Db db, CancellationToken ct) => await FindAsync(db, token, ct) is null
        ? NotFound()
        : Page(StatusCodes.Status200OK, "Unsubscribe", "<form method=\"post\"><p>Do you want to stop mail from this sender?</p><button>Unsubscribe</button></form>");

    /// <summary>Unsubscribes the prospect: for the form's button and for one-click unsubscribe (RFC 8058). Repeated calls are harmless.</summary>
    private static async Task<IResult> Do(string token, Db db, ApplyTrigger applyTrigger, CancellationToken ct)
    {
        if (await FindAsync(db, token, ct) is not var (companyId, flowInstanceId))
        {
            return NotFound();
        }

        var by = Actor.Engine(companyId);
        await db.InTransactionAsync(tx => applyTrigger.RunAsync(tx, companyId, flowInstanceId, new Trigger(TriggerKind.Unsubscribed) { Detail = "By the link in a mail" }, by, ct), ct);
        return Page(StatusCodes.Status200OK, "Unsubscribed", "<p>You will get no more mail from this sender.</p>");
    }

    private static async Task<(long CompanyId, long FlowInstanceId)?> FindAsync(Db db, string token, CancellationToken ct) =>
        UnsubscribeToken.Read(token) is { } said
        && await new CompanyStore(db).FindAsync(said.CompanyId, ct) is { } company
        && UnsubscribeToken.IsSignedBy(Convert.FromHexString(company.CursorKey), token)
        && await new RunStore(db).FindAsync(said.CompanyId, said.FlowInstanceId, ct) is not null ? said : null; // An operator may have deleted the instance with other old data.

    private static HtmlPage NotFound() => Page(StatusCodes.Status404NotFound, "Not found", "<p>This link is not valid, or no longer valid.</p>");

    private static HtmlPage Page(int status, string title, string body) => new(
        $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\"><title>{title}</title><h1>{title}</h1>{body}</html>",
        status);
}
