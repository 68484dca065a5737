using System.Text.Json.Nodes;
using NodaTime.Text;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Server.Api.Manage.Keys;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Settings;

/// <summary>Which programs may call the API. Each form makes the call of the API.</summary>
internal static class KeyPages
{
    public static void MapKeyPages(this RouteGroupBuilder settings)
    {
        settings.MapGet("/keys", List);
        settings.MapGet("/keys/csv", async (Visit visit, Db db, TimeProvider clock) => ListCsv.Of(visit, "keys", await KeyEndpoints.List(visit.Call.ToApi(), db, clock)));
        settings.MapGet("/keys/new", New);
        settings.MapPost("/keys", Add);
        settings.MapPost("/keys/{id}/revoke", Revoke);
    }

    private static async Task<IResult> List(Visit visit, Db db) => ConsolePage.Of(
        visit, "settings", "Keys", KeyView.List(visit, await new ApiKeyStore(db, acceptDevOnly: false).ListAsync(visit.CompanyId, visit.Ct)));

    private static ConsolePage New(Visit visit) => FormPage(visit, FormFields.Blank);

    /// <summary>Makes the key and shows its secrets, once.</summary>
    private static async Task<IResult> Add(Visit visit, ManageKeys keys, TimeProvider clock)
    {
        var body = new JsonObject { ["name"] = visit.Field("name"), ["scopes"] = visit.FieldList("scopes"), ["expiresAt"] = EndOf(visit, visit.Field("expiresAt")) };
        if (visit.Field("networks") is { } networks)
        {
            body["networks"] = JsonTexts.Of(networks.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries));
        }

        return await KeyEndpoints.Add(visit.Call.ToApi(body), keys, clock) switch
        {
            Answer<KeyMade> made => ConsolePage.Of(visit, "settings", "The key is made", KeyView.Made(visit, made.Body)),
            var answer => FormPage(visit, FormFields.Of(visit, (ApiError)answer), ((ApiError)answer).Status),
        };
    }

    private static async Task<IResult> Revoke(string id, Visit visit, ManageKeys keys, TimeProvider clock) => await KeyEndpoints.Revoke(id, visit.Call.ToApi(), keys, clock) is ApiError
        ? ConsolePage.NotFound(visit, "settings", "key")
        : Notice.Redirect(Links.SettingsKeys, "key-revoked");

    private static ConsolePage FormPage(Visit visit, FormFields fields, int status = StatusCodes.Status200OK) =>
        ConsolePage.Of(visit, "settings", "Make a key", KeyView.New(visit, fields), status: status);

    /// <returns>The end of a day in the company's zone; what was typed, if it is no day: then the API refuses it.</returns>
    private static string? EndOf(Visit visit, string? day) => day is not null && LocalDatePattern.Iso.Parse(day) is { Success: true, Value: { Year: >= 1970 and < 9000 } date }
        ? WireTime.Write(visit.Zone.AtStartOfDay(date.PlusDays(1)).ToDateTimeOffset(), visit.Zone)
        : day;
}
