using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Users;
using Sluice.Engine.Workspaces;

namespace Sluice.Server.Dev.Seed;

/// <summary>Everything that a demo company consists of, computed before anything is written.</summary>
internal sealed record DemoWorld(
    Company Company,
    IReadOnlyList<User> Users,
    IReadOnlyList<Workspace> Workspaces,
    IReadOnlyList<Folder> Folders,
    IReadOnlyList<BuiltFlow> Flows,
    DemoRuns Runs)
{
    /// <summary>Returns the ids that are drawn first, so that an existing company can be found without computing the rest.</summary>
    public static (long Company, long ApiKey) Ids(int seed) => Ids(new Chance(seed));

    public static DemoWorld Build(int seed, string cursorKey)
    {
        var chance = new Chance(seed);
        var (companyId, apiKeyId) = Ids(chance);
        var users = DemoTeam.Hire(companyId, chance);
        var workspaces = DemoTeam.Workspaces(companyId, chance);
        var folders = DemoTeam.Folders(companyId, users, chance);
        var flows = DemoFlows.Build(companyId, users, folders, europe: workspaces[1].Id, chance);
        var runs = new DemoInstances(users, apiKeyId, chance).Build(flows, DemoPeople.Meet(companyId, chance));
        var company = new Company(
            companyId, DemoTeam.CompanyName, DemoTeam.CompanyZone, Company.DefaultLimits, AdmissionSettings.Default, cursorKey, DemoTeam.Founded);
        return new DemoWorld(company, users, workspaces, folders, flows, runs);
    }

    public Flow FlowOf(Run instance) => Flows.Single(one => one.Flow.Id == instance.FlowId).Flow;

    private static (long Company, long ApiKey) Ids(Chance chance) => (chance.Id(DemoTeam.Founded), chance.Id(DemoTeam.Founded));
}
