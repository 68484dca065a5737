using Sluice.Engine.OAuth;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Api.OAuth;

/// <summary>Writes the page on which a person lets an application act for the company. Names may be long, from right to left, or hostile; each is escaped.</summary>
internal static class ConsentPage
{
    private const int MaxName = 80;

    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["api:flows:read"] = "See flows, and who is in them",
        ["api:flows:write"] = "Put prospects into flows, and take them out",
        ["api:users:read"] = "See your users",
        ["api:workspaces:read"] = "See your workspaces",
        ["api:tasks:read"] = "See tasks",
        ["api:tasks:write"] = "Change tasks",
        ["api:crm:upload"] = "Send data of your CRM",
        ["api:crm:schema"] = "See and change which fields your CRM has",
        ["api:crm:integrations:read"] = "See the integration with your CRM",
        ["api:crm:integration:register"] = "Register an integration with your CRM",
        ["api:crm:integration:delete"] = "Delete the integration with your CRM",
        ["api:crm:get-objects"] = "Read data that came from your CRM",
    };

    /// <param name="asksForKey">Whether the person has to prove with an API key that they may decide for the company.</param>
    /// <param name="alert">Why the last try was refused.</param>
    public static HtmlPage Of(AuthorizationRequest request, string company, bool asksForKey, string? alert = null, int status = StatusCodes.Status200OK)
    {
        var scopes = string.Concat(request.Scopes.Select(scope => $"<li>{HtmlDocument.Encode(Meanings.GetValueOrDefault(scope, scope))} <code>{HtmlDocument.Encode(scope)}</code></li>\n"));
        return new(
            HtmlDocument.Write("Allow access", "notice", $"""
                <main>
                <p class="sender">{Name(company)}</p>
                <h1>Allow {Name(request.App.Name)} to use your data?</h1>
                {(alert is null ? "" : $"<p class=\"alert\" role=\"alert\">{HtmlDocument.Encode(alert)}</p>")}
                <p>It will be able to:</p>
                <ul>
                {scopes}</ul>
                <form method="post">
                {(asksForKey ? KeyFields : "")}<button name="decision" value="allow">Allow for {Name(company)}</button>
                <button name="decision" value="deny" class="quiet" formnovalidate>Do not allow</button>
                </form>
                <p class="aside">Afterwards you return to {HtmlDocument.Isolate(RedirectUriRule.OriginOf(request.RedirectUri))}. To take the access away again, remove the application from your server.</p>
                </main>
                """),
            status,
            RedirectUriRule.OriginOf(request.RedirectUri));
    }

    public static HtmlPage Fault(string sentence, int status = StatusCodes.Status400BadRequest) => new(
        HtmlDocument.Write("This request does not work", "notice", $"""
            <main>
            <h1>This request does not work</h1>
            <p class="alert" role="alert">{HtmlDocument.Encode(sentence)}</p>
            <p>Nothing was allowed, and you were not sent back: the address to return to cannot be trusted. Tell the people who make the application.</p>
            </main>
            """),
        status);

    private const string KeyFields = """
        <p>Sign in with an API key of your company that has the scope <code>sluice:manage</code>. It is used once, to check that you may decide this, and the application does not see it.</p>
        <label for="key">Access key</label>
        <input id="key" name="accessKey" autocomplete="off" autocapitalize="none" spellcheck="false" required>
        <label for="secret">Secret</label>
        <input id="secret" name="accessKeySecret" type="password" autocomplete="off" required>

        """;

    private static string Name(string text) =>
        HtmlDocument.Isolate(RequestReader.Shorten(string.IsNullOrWhiteSpace(text) ? "this application" : text, MaxName));
}
