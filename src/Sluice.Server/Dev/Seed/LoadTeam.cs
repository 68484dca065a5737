using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;
using Sluice.Engine.Workspaces;

namespace Sluice.Server.Dev.Seed;

/// <summary>The users who own the load company's instances, and the flows that the instances are in.</summary>
internal static class LoadTeam
{
    private const int UserCount = 50;
    private const int FlowCount = 20;

    /// <summary>The steps of every flow.</summary>
    private static readonly IReadOnlyList<DemoStep> Plans = DemoFlowsOutbound.All.Single(flow => flow.Name == DemoFlowsOutbound.Cold).Steps;

    private static readonly UserProfile Profile = new([], null, [], new UserSettings(true, false, true, true, false, true, true), null, []);

    public static int StepsPerFlow => Plans.Count;

    public static LoadPlan Plan(long companyId, IdMaker ids, DateTimeOffset now, long instances)
    {
        var began = now - LoadPlan.Age;
        var workspace = Workspace.Initial(companyId, ids.Next());
        List<User> users = [.. Enumerable.Range(1, UserCount).Select(number => ToUser(companyId, ids.Next(), number, began))];
        List<Flow> flows = [.. Enumerable.Range(1, FlowCount).Select(number => ToFlow(workspace, ids.Next(), users[number].Id, number, began))];
        return new LoadPlan(users, workspace, flows, [.. flows.SelectMany(flow => Steps(flow, ids))], now, instances);
    }

    private static User ToUser(long companyId, long id, int number, DateTimeOffset began) => new(
        companyId, id, $"rep{number:D2}@load.example", DemoNames.First[number], DemoNames.Last[number], "Sales Development Representative", null, null,
        Active: true, HasSeat: true, "UTC", null, Profile, began);

    /// <summary>Makes a flow. None is exclusive, so that the assignments of a benchmark are admitted.</summary>
    private static Flow ToFlow(Workspace workspace, long id, long ownerId, int number, DateTimeOffset began) => new(
        workspace.CompanyId, id, workspace.Id, null, ownerId, $"Load flow {number:D2}", null, FlowVisibility.Company, Exclusive: false, Enabled: true, began);

    private static IEnumerable<Step> Steps(Flow flow, IdMaker ids) => Plans.Select((step, at) => new Step(
        flow.CompanyId, flow.Id, at + 1, ids.Next(), step.Action, (int)step.Wait.TotalMinutes, step.Subject, step.Body, step.IsReply));
}
