using Sluice.Engine.Flows;
using Sluice.Engine.Users;

namespace Sluice.Server.Dev.Seed;

/// <summary>Builds the flows of the demo company: nine, and a deleted one whose name its former instances still show.</summary>
internal static class DemoFlows
{
    public static List<BuiltFlow> Build(
        long companyId, IReadOnlyList<User> users, IReadOnlyList<Folder> folders, long europe, SeedRandom random) =>
    [
        .. DemoFlowsOutbound.All.Concat(DemoFlowsInbound.All).Concat(DemoFlowsPersonal.All).Select(plan =>
        {
            var flow = new Flow(
                companyId,
                plan.Id ?? random.Id(plan.Created),
                plan.Europe ? europe : DemoTeam.ExampleWorkspace,
                folders.SingleOrDefault(folder => folder.Name == plan.Folder)?.Id,
                DemoTeam.Find(users, plan.Owner).Id,
                plan.Name,
                plan.Description,
                plan.Visibility,
                plan.Exclusive,
                plan.Enabled,
                plan.Created);
            return new BuiltFlow(plan, flow, Steps(plan, flow, random), [.. plan.SharedWith.Select(name => DemoTeam.Find(users, name).Id)]);
        }),
    ];

    private static List<Step> Steps(DemoFlow plan, Flow flow, SeedRandom random) =>
    [
        .. plan.Steps.Select((step, at) => new Step(
            flow.CompanyId, flow.Id, at + 1, random.Id(plan.Created), step.Action, (int)step.Wait.TotalMinutes, step.Subject, step.Body, step.IsReply)),
    ];
}

internal sealed record BuiltFlow(DemoFlow Plan, Flow Flow, List<Step> Steps, List<long> SharedWith)
{
    public bool IsVisibleTo(long userId) =>
        Flow.Visibility == FlowVisibility.Company || Flow.OwnerId == userId || SharedWith.Contains(userId);
}
