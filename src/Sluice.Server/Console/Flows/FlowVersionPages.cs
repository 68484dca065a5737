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

/// <summary>The versions of a flow's steps. An older one is brought back as a new version, by the call of the API that the editor makes.</summary>
internal static class FlowVersionPages
{
    public static void MapFlowVersions(this RouteGroupBuilder console) =>
        console.MapGet("/flows/{id}/versions", (string id, Visit visit, Db db, UserStore users) => FlowEndpoints.WithFlowAsync(id, visit, db, flow => PageAsync(visit, db, users, flow, FormFields.Blank, StatusCodes.Status200OK)));

    public static void MapFlowVersionForm(this RouteGroupBuilder console) => console.MapPost("/flows/{id}/versions/{version}/use", UseAgain);

    /// <summary>A step that has stayed is found by its key and stays the same step, as it does for an applied file.</summary>
    private static Task<IResult> UseAgain(string id, string version, Visit visit, UserStore users, AuthoringRequests requests) => requests.WriteAsync(visit.Call, request => FlowEndpoints.WithFlowAsync(id, visit, request.Session.Tx, async flow =>
    {
        var tx = request.Session.Tx;
        if ((await new FlowVersionStore(tx).ListAsync(visit.CompanyId, flow.Id, visit.Ct)).Find(one => Number(one.Version) == version) is not { } old)
        {
            return ConsolePage.NotFound(visit, "flows", "version");
        }

        if (visit.Field("seen") != Number(flow.Version))
        {
            var refusal = FormFields.Back([], ["Somebody else has changed the steps since you opened this page. Look at the newest version first"]);
            return await PageAsync(visit, tx, users, flow, refusal, StatusCodes.Status409Conflict);
        }

        visit.NoteBefore(null, ("version", Number(flow.Version)));
        return await FlowAuthoring.Change(id, visit.Call.ToApi(new JsonObject { ["steps"] = JsonNode.Parse(old.Steps) }), requests) is ApiError error
            ? await PageAsync(visit, tx, users, flow, FormFields.Back([], error.Errors), error.Status)
            : Notice.Redirect($"{Links.Flow(id)}/versions", "flow-version");
    }));

    private static async Task<IResult> PageAsync(Visit visit, IDbSession db, UserStore users, Flow flow, FormFields refusal, int status)
    {
        var revisions = await FlowHistory.ListAsync(new FlowVersionStore(db), flow, visit.Ct);
        var names = await users.FindNamesAsync(visit.CompanyId, revisions.Select(one => one.Version.UserId).OfType<long>(), visit.Ct);
        return ConsolePage.Of(visit, "flows", $"Versions of {Words.Short(flow.Name, 100)}", FlowVersionView.Of(visit, flow, revisions, names, refusal), status: status);
    }

    private static string Number(long version) => version.ToString(CultureInfo.InvariantCulture);
}
