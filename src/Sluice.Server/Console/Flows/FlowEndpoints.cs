using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Reports;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Api.Manage.Flows;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Console.Layout;
using Sluice.Server.Console.Reports;

namespace Sluice.Server.Console.Flows;

/// <summary>The flows, how many people are where in them, and what has come of it.</summary>
internal static class FlowEndpoints
{
    /// <summary>How many days the list and the charts look back.</summary>
    public const int DaysBack = 30;

    /// <summary>A list that is sorted by a count has no second page.</summary>
    private const int MaxSorted = 200;

    public static void MapFlowPages(this RouteGroupBuilder console)
    {
        console.MapGet("/flows", List);
        console.MapGet("/flows/csv", (Visit visit, AuthoringRequests requests) => ListCsv.OfPagesAsync(visit, "flows", "/sluice/v1/flows", "cursor", call => FlowAuthoring.List(call, requests)));
        console.MapGet("/flows/{id}", Show);
        console.MapFlowVersions();
    }

    public static void MapFlowForms(this RouteGroupBuilder console)
    {
        console.MapPost("/flows/{id}/enable", Enable);
        console.MapPost("/flows/{id}/disable", Disable);
        console.MapPost("/flows/{id}/stop", Stop);
        console.MapFlowVersionForm();
    }

    private static async Task<IResult> List(Visit visit, Db db, OverviewStore overview, ReadReport read, UserStore users)
    {
        var (sorted, today) = (Counts.Find(visit.Query("sort")), Days.Of(visit.Now, visit.Zone));
        var report = await read.RunAsync(visit.CompanyId, new CountFilter(today - DaysBack + 1, today), CountGroups.Flow, visit.Ct);
        var counts = (report?.Rows ?? []).ToDictionary(row => row.Key.FlowId, row => row.Counts);
        var after = visit.Query("after") is { } text ? WireId.Find(text) : null;
        var found = sorted is null
            ? await new FlowAuthoringStore(db).ListAsync(visit.CompanyId, after ?? long.MinValue, visit.Ct)
            : await FindSortedAsync(visit, db, sorted, report);
        var flows = found.Take(sorted is null ? Paging.PageSize : MaxSorted).ToList();
        var owners = (await users.FindAsync(visit.CompanyId, [.. flows.Select(flow => flow.OwnerId).Distinct()], visit.Ct)).ToDictionary(user => user.Id);
        var now = new FlowNow(await overview.CountOpenAsync(visit.CompanyId, [.. flows.Select(flow => flow.Id)], visit.Ct));
        return ConsolePage.Of(visit, "flows", "Flows", FlowListView.Of(visit, flows, owners, now, counts, sorted, found.Count > flows.Count), isLive: true);
    }

    /// <summary>Those in which anything has happened, in the order that was asked for.</summary>
    private static async Task<List<Flow>> FindSortedAsync(Visit visit, Db db, CountColumn by, Report? report)
    {
        var order = Counts.Sort((report?.Rows ?? []).Where(row => row.Key.FlowId != 0), by, row => row.Counts).Select(row => row.Key.FlowId).Take(MaxSorted + 1).ToList();
        var flows = (await new FlowStore(db).FindAsync(visit.CompanyId, order, visit.Ct)).ToDictionary(flow => flow.Id);
        return [.. order.Select(id => flows.GetValueOrDefault(id)).OfType<Flow>()];
    }

    private static Task<IResult> Show(string id, Visit visit, Db db, OverviewStore overview, ReadReport read, UserStore users) => WithFlowAsync(id, visit, db, async flow =>
    {
        var steps = await new StepStore(db).ListAsync(visit.CompanyId, [flow.Id], visit.Ct);
        var owner = await users.FindAsync(visit.CompanyId, flow.OwnerId, visit.Ct);
        var today = Days.Of(visit.Now, visit.Zone);
        var (ever, lately) = (new CountFilter(0, int.MaxValue) { FlowId = flow.Id }, new CountFilter(today - DaysBack + 1, today) { FlowId = flow.Id });
        var state = new FlowState(
            flow, steps, new FlowNow(await overview.CountOpenAsync(visit.CompanyId, [flow.Id], visit.Ct)),
            (await read.RunAsync(visit.CompanyId, ever, CountGroups.Step, visit.Ct))!,
            (await read.RunAsync(visit.CompanyId, lately, CountGroups.Day, visit.Ct))!,
            (await read.RunAsync(visit.CompanyId, ever, CountGroups.Owner, visit.Ct))!);
        return ConsolePage.Of(visit, "flows", Words.Short(flow.Name, 120), FlowView.Of(visit, state), FlowView.Lead(visit, flow, owner), isLive: true);
    });

    private static Task<IResult> Enable(string id, Visit visit, Db db, AuthoringSessions sessions) => SwitchAsync(id, visit, db, sessions, true);

    private static Task<IResult> Disable(string id, Visit visit, Db db, AuthoringSessions sessions) => SwitchAsync(id, visit, db, sessions, false);

    /// <summary>Does what the API's enable and disable do.</summary>
    private static Task<IResult> SwitchAsync(string id, Visit visit, Db db, AuthoringSessions sessions, bool enabled) => WithFlowAsync(id, visit, db, async seen =>
    {
        visit.NoteBefore(null, ("enabled", seen.Enabled ? "true" : "false"));
        await sessions.WriteAsync(visit.Actor(), async session =>
        {
            var flow = await new FlowStore(session.Tx).FindAsync(visit.CompanyId, seen.Id, visit.Ct);
            await (flow is null ? Task.CompletedTask : new FlowAuthoringStore(session.Tx).UpdateAsync(flow with { Enabled = enabled }, visit.Ct));
            return flow;
        }, visit.Ct);
        return Notice.Redirect(Links.Flow(id), enabled ? "enabled" : "disabled");
    });

    /// <summary>Does what the API's stop does.</summary>
    private static Task<IResult> Stop(string id, Visit visit, Db db, OverviewStore overview, AuthoringSessions sessions) => WithFlowAsync(id, visit, db, async seen =>
    {
        var now = new FlowNow(await overview.CountOpenAsync(visit.CompanyId, [seen.Id], visit.Ct));
        visit.NoteBefore(null, ("enabled", seen.Enabled ? "true" : "false"), ("people", Words.Number(now.InFlow(seen.Id))));
        await sessions.WriteAsync(visit.Actor(), async session =>
            await new FlowStore(session.Tx).FindAsync(visit.CompanyId, seen.Id, visit.Ct) is { } flow ? await StopFlow.RunAsync(session, flow) : null, visit.Ct);
        return Notice.Redirect(Links.Flow(id), "stopped");
    });

    internal static async Task<IResult> WithFlowAsync(string id, Visit visit, IDbSession db, Func<Flow, Task<IResult>> work) =>
        WireId.Find(id) is { } flowId && await new FlowStore(db).FindAsync(visit.CompanyId, flowId, visit.Ct) is { } flow
            ? await work(flow)
            : ConsolePage.NotFound(visit, "flows", "flow");
}

/// <param name="BySteps">All that was ever counted.</param>
/// <param name="ByDays">The last days.</param>
/// <param name="ByOwners">All that was ever counted.</param>
internal sealed record FlowState(Flow Flow, List<Step> Steps, FlowNow Now, Report BySteps, Report ByDays, Report ByOwners)
{
    public EventCounts At(int step) => BySteps.Rows.Find(row => row.Key.Step == step)?.Counts ?? new EventCounts();
}
