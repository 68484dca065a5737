using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Api.Manage.Flows;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Flows;

/// <summary>The versions of a flow's steps. An older one is brought back as a new version, by the call of the API.</summary>
internal static class FlowVersionPages
{
    private const string Outdated = "Somebody else has changed the steps since you opened this page. Look at the newest version first";

    public static void MapFlowVersions(this RouteGroupBuilder console)
    {
        console.MapGet("/flows/{id}/versions", (string id, Visit visit, Db db, UserStore users) => FlowEndpoints.WithFlowAsync(id, visit, db, flow => PageAsync(visit, db, users, flow, FormFields.Blank, StatusCodes.Status200OK)));
        console.MapGet("/flows/{id}/versions/csv", async (string id, Visit visit, AuthoringRequests requests) => ListCsv.Of(visit, "versions", await FlowVersionAuthoring.List(id, visit.Call.ToApi(), requests)));
    }

    public static void MapFlowVersionForm(this RouteGroupBuilder console) => console.MapPost("/flows/{id}/versions/{version}/use", UseAgain);

    /// <summary>Makes the call of the API, with the version that the person has seen.</summary>
    private static Task<IResult> UseAgain(string id, string version, Visit visit, Db db, UserStore users, AuthoringRequests requests) => FlowEndpoints.WithFlowAsync(id, visit, db, async flow =>
    {
        visit.NoteBefore(null, ("version", flow.Version.ToString(CultureInfo.InvariantCulture)));
        return await FlowVersionAuthoring.Restore(id, version, visit.Call.ToApi(new JsonObject { ["seen"] = JsonTexts.Number(visit.Field("seen")) }), requests) switch
        {
            ApiError { Status: StatusCodes.Status404NotFound } => ConsolePage.NotFound(visit, "flows", "version"),
            ApiError { Status: StatusCodes.Status409Conflict } => await PageAsync(visit, db, users, flow, FormFields.Back([], [Outdated]), StatusCodes.Status409Conflict),
            ApiError refusal => await PageAsync(visit, db, users, flow, FormFields.Back([], refusal.Errors), refusal.Status),
            _ => Notice.Redirect($"{Links.Flow(id)}/versions", "flow-version"),
        };
    });

    private static async Task<IResult> PageAsync(Visit visit, IDbSession db, UserStore users, Flow flow, FormFields refusal, int status)
    {
        var revisions = await FlowHistory.ListAsync(new FlowVersionStore(db), flow, visit.Ct);
        var names = await users.FindNamesAsync(visit.CompanyId, revisions.Select(one => one.Version.UserId).OfType<long>(), visit.Ct);
        return ConsolePage.Of(visit, "flows", $"Versions of {Words.Short(flow.Name, 100)}", FlowVersionView.Of(visit, flow, revisions, names, refusal), status: status);
    }
}
