using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Flows;

/// <summary>The flows, and how many people are where in them.</summary>
internal static class FlowEndpoints
{
    public static void MapFlowPages(this RouteGroupBuilder console)
    {
        console.MapGet("/flows", List);
        console.MapGet("/flows/{id}", Show);
    }

    public static void MapFlowForms(this RouteGroupBuilder console)
    {
        console.MapPost("/flows/{id}/enable", Enable);
        console.MapPost("/flows/{id}/disable", Disable);
    }

    private static async Task<IResult> List(Visit visit, Db db, OverviewStore overview, UserStore users)
    {
        var after = visit.Query("after") is { } text ? WireId.Find(text) : null;
        var found = await new FlowAuthoringStore(db).ListAsync(visit.CompanyId, after ?? long.MinValue, visit.Ct);
        var flows = found.Take(Paging.PageSize).ToList();
        var owners = (await users.FindAsync(visit.CompanyId, [.. flows.Select(flow => flow.OwnerId).Distinct()], visit.Ct)).ToDictionary(user => user.Id);
        var counts = new FlowCounts(await overview.CountAsync(visit.CompanyId, visit.Ct));
        return ConsolePage.Of(visit, "flows", "Flows", FlowListView.Of(visit, flows, owners, counts, found.Count > flows.Count));
    }

    private static Task<IResult> Show(string id, Visit visit, Db db, OverviewStore overview, UserStore users) => WithFlowAsync(id, visit, db, async flow =>
    {
        var steps = await new StepStore(db).ListAsync(visit.CompanyId, [flow.Id], visit.Ct);
        var owner = await users.FindAsync(visit.CompanyId, flow.OwnerId, visit.Ct);
        var counts = new FlowCounts(await overview.CountAsync(visit.CompanyId, visit.Ct));
        return ConsolePage.Of(visit, "flows", flow.Name, FlowView.Of(visit, flow, steps, counts), FlowView.Lead(visit, flow, owner));
    });

    private static Task<IResult> Enable(string id, Visit visit, Db db, AuthoringSessions sessions) => SwitchAsync(id, visit, db, sessions, true);

    private static Task<IResult> Disable(string id, Visit visit, Db db, AuthoringSessions sessions) => SwitchAsync(id, visit, db, sessions, false);

    /// <summary>Does what the API's enable and disable do.</summary>
    private static Task<IResult> SwitchAsync(string id, Visit visit, Db db, AuthoringSessions sessions, bool enabled) => WithFlowAsync(id, visit, db, async seen =>
    {
        visit.NoteBefore(null, ("enabled", seen.Enabled ? "true" : "false"));
        await sessions.WriteAsync(visit.CompanyId, async session =>
        {
            var flow = await new FlowStore(session.Tx).FindAsync(visit.CompanyId, seen.Id, visit.Ct);
            await (flow is null ? Task.CompletedTask : new FlowAuthoringStore(session.Tx).UpdateAsync(flow with { Enabled = enabled }, visit.Ct));
            return flow;
        }, visit.Ct);
        return Notice.Redirect(Links.Flow(id), enabled ? "enabled" : "disabled");
    });

    private static async Task<IResult> WithFlowAsync(string id, Visit visit, Db db, Func<Flow, Task<IResult>> work) =>
        WireId.Find(id) is { } flowId && await new FlowStore(db).FindAsync(visit.CompanyId, flowId, visit.Ct) is { } flow
            ? await work(flow)
            : ConsolePage.NotFound(visit, "flows", "flow");
}
