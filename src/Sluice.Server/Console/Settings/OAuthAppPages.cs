using System.Text.Json.Nodes;
using Sluice.Engine.OAuth;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Api.Manage.OAuthApps;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Settings;

/// <summary>Which applications may ask people of the company for access. Each form makes the call of the API.</summary>
internal static class OAuthAppPages
{
    public static void MapOAuthAppPages(this RouteGroupBuilder console)
    {
        var apps = console.MapGroup("/settings/oauth-apps");
        apps.MapGet("", List);
        apps.MapGet("/csv", async (Visit visit, OAuthAppStore store) => ListCsv.Of(visit, "oauth-apps", await OAuthAppEndpoints.List(visit.Call.ToApi(), store)));
        apps.MapGet("/new", (Visit visit) => FormPage(visit, FormFields.Blank));
        apps.MapPost("", Add);
        apps.MapPost("/{id}/remove", Remove);
    }

    private static async Task<IResult> List(Visit visit, OAuthAppStore apps) => ConsolePage.Of(
        visit, "settings", "OAuth apps", OAuthAppView.List(visit, await apps.ListAsync(visit.CompanyId, visit.Ct)), $"Applications that people let into their data by a page of consent");

    /// <summary>Registers the application and shows its secret, once.</summary>
    private static async Task<IResult> Add(Visit visit, Db db, OAuthAppStore apps, IdMaker ids, TimeProvider clock)
    {
        var body = new JsonObject { ["name"] = visit.Field("name"), ["redirectUris"] = JsonTexts.Of(visit.Text("redirectUris").Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)) };
        if (visit.FieldList("scopes") is { Count: > 0 } scopes)
        {
            body["scopes"] = scopes;
        }

        switch (await OAuthAppEndpoints.Add(visit.Call.ToApi(body), db, apps, ids, clock))
        {
            case Answer<OAuthAppAnswer> made:
                visit.NoteBefore($"oauth-app {made.Body.App.Id}");
                return ConsolePage.Of(visit, "settings", "The application is registered", OAuthAppView.Made(made.Body.App));
            case var answer:
                return FormPage(visit, FormFields.Of(visit, (ApiError)answer), ((ApiError)answer).Status);
        }
    }

    private static async Task<IResult> Remove(string id, Visit visit, Db db, OAuthAppStore apps)
    {
        if ((await apps.ListAsync(visit.CompanyId, visit.Ct)).Find(one => WireId.Write(one.Id) == id) is not { } app)
        {
            return ConsolePage.NotFound(visit, "settings", "application");
        }

        visit.NoteBefore($"oauth-app {id}", ("name", app.Name), ("redirectUris", string.Join(' ', app.RedirectUris)), ("scopes", string.Join(' ', app.Scopes)));
        return await OAuthAppEndpoints.Remove(id, visit.Call.ToApi(), db, apps) is ApiError ? ConsolePage.NotFound(visit, "settings", "application") : Notice.Redirect(Links.SettingsOAuthApps, "oauth-app-removed");
    }

    private static ConsolePage FormPage(Visit visit, FormFields fields, int status = StatusCodes.Status200OK) =>
        ConsolePage.Of(visit, "settings", "Register an application", OAuthAppView.New(visit, fields), status: status);
}
