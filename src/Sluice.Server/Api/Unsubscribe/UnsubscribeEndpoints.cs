using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Storage;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Unsubscribe;

/// <summary>Where the link in a mail leads. No credentials: the link itself is signed. What is not signed by us is not told apart from what does not exist.</summary>
internal static class UnsubscribeEndpoints
{
    public static void MapUnsubscribe(this IEndpointRouteBuilder app)
    {
        app.MapGet("/unsubscribe/{token}", Show);
        app.MapPost("/unsubscribe/{token}", Do);
    }

    /// <summary>Changes nothing: mail scanners and previews open links.</summary>
    private static async Task<IResult> Show(string token, Db db, CancellationToken ct) => await FindAsync(db, token, ct) is null
        ? NotFound()
        : Page(StatusCodes.Status200OK, "Unsubscribe", "<form method=\"post\"><p>Do you want no more mail from this sender?</p><button>Unsubscribe</button></form>");

    /// <summary>The button, and the one click of RFC 8058. As often as anybody likes.</summary>
    private static async Task<IResult> Do(string token, Db db, React react, CancellationToken ct)
    {
        if (await FindAsync(db, token, ct) is not var (companyId, flowInstanceId))
        {
            return NotFound();
        }

        var by = Actor.Engine(companyId);
        await db.InTransactionAsync(tx => react.RunAsync(tx, companyId, flowInstanceId, new Trigger(TriggerKind.Unsubscribed) { Detail = "By the link in a mail" }, by, ct), ct);
        return Page(StatusCodes.Status200OK, "Unsubscribed", "<p>You will get no more mail from this sender.</p>");
    }

    private static async Task<(long CompanyId, long FlowInstanceId)?> FindAsync(Db db, string token, CancellationToken ct) =>
        UnsubscribeToken.Read(token) is { } said
        && await new CompanyStore(db).FindAsync(said.CompanyId, ct) is { } company
        && UnsubscribeToken.IsSignedBy(Convert.FromHexString(company.CursorKey), token)
        && await new RunStore(db).FindAsync(said.CompanyId, said.FlowInstanceId, ct) is not null ? said : null; // An operator may have deleted it with what is old.

    private static HtmlPage NotFound() => Page(StatusCodes.Status404NotFound, "Not found", "<p>This link is not, or no longer, valid.</p>");

    private static HtmlPage Page(int status, string title, string body) => new(
        $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\"><title>{title}</title><h1>{title}</h1>{body}</html>",
        status);
}
