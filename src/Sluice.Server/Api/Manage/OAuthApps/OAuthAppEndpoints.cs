using Sluice.Engine.Companies;
using Sluice.Engine.OAuth;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.OAuthApps;

/// <summary>Maps <c>/sluice/v1/oauth-apps</c>: the applications that may ask the company for access.</summary>
internal static class OAuthAppEndpoints
{
    public static void MapOAuthApps(this RouteGroupBuilder manage)
    {
        var apps = manage.MapGroup("/oauth-apps");

        apps.MapGet("", List).WithDescription(OAuthAppDescription.List);
        apps.MapPost("", Add).ReadsObject().WithDescription(OAuthAppDescription.Add);
        apps.MapDelete("/{id}", Remove).WithDescription(OAuthAppDescription.Remove);
    }

    internal static async Task<IResult> List(Call call, OAuthAppStore apps) => new Answer<OAuthAppsAnswer>(
        new(call.RequestId, (await apps.ListAsync(call.CompanyId, call.Ct)).ConvertAll(app => OAuthAppItem.From(app))), OAuthAppJson.Default.OAuthAppsAnswer);

    internal static async Task<IResult> Add(Call call, Db db, OAuthAppStore apps, IdMaker ids, TimeProvider clock)
    {
        var draft = Read(call.ReadBody(), out var refusal);
        if (refusal is not null)
        {
            return refusal;
        }

        var (app, secret) = OAuthApp.Make(call.CompanyId, ids.Next(), draft.Name, draft.RedirectUris, draft.Scopes, clock.GetUtcNow());
        var isAdded = await db.InTransactionAsync(
            async tx =>
            {
                await new CompanyStore(tx).LockAsync(call.CompanyId, call.Ct);
                var store = apps.In(tx);
                if ((await store.ListAsync(call.CompanyId, call.Ct)).Count >= OAuthApp.MaxOfCompany)
                {
                    return false;
                }

                await store.AddAsync(app, call.Ct);
                return true;
            },
            call.Ct);
        return isAdded
            ? new Answer<OAuthAppAnswer>(new(call.RequestId, OAuthAppItem.From(app, secret)), OAuthAppJson.Default.OAuthAppAnswer, StatusCodes.Status201Created)
            : new ApiError(StatusCodes.Status409Conflict, $"The company has {OAuthApp.MaxOfCompany} applications already, which is the limit: remove one first");
    }

    internal static async Task<IResult> Remove(string id, Call call, Db db, OAuthAppStore apps)
    {
        var appId = WireId.Find(id) ?? 0;
        return await db.InTransactionAsync(tx => apps.In(tx).DeleteAsync(call.CompanyId, appId, call.Ct), call.Ct)
            ? new Answer<OAuthAppRemoved>(new(call.RequestId, WireId.Write(appId)), OAuthAppJson.Default.OAuthAppRemoved)
            : ApiError.NotFound($"There is no OAuth application {RequestReader.Echo(id)}");
    }

    private static (string Name, IReadOnlyList<string> RedirectUris, IReadOnlyList<string> Scopes) Read(RequestReader given, out ApiError? refusal)
    {
        var name = given.Required("name", null, 100);
        var uris = given.Texts("redirectUris", [], RedirectUriRule.MaxOfApp);
        foreach (var (i, uri) in uris.Index())
        {
            if (RedirectUriRule.FindFault(uri) is { } fault)
            {
                given.Fault($"redirectUris[{i}]", fault);
            }
        }

        var scopes = given.Has("scopes") ? given.Words("scopes", Scopes.All) : Scopes.All;
        if (uris.Count == 0 && given.Faults.Count == 0)
        {
            given.Fault("redirectUris", "should hold at least one item");
        }

        refusal = given.Refusal;
        return (name, uris, scopes);
    }
}
