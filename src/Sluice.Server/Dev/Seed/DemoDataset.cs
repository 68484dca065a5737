using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Users;
using Sluice.Engine.Workspaces;

namespace Sluice.Server.Dev.Seed;

/// <summary>Everything that a demo company consists of, computed before anything is written.</summary>
internal sealed record DemoDataset(
    Company Company,
    IReadOnlyList<User> Users,
    IReadOnlyList<Workspace> Workspaces,
    IReadOnlyList<Folder> Folders,
    IReadOnlyList<BuiltFlow> Flows,
    DemoInstanceRows Runs)
{
    /// <summary>Returns the ids that are drawn first, so that an existing company can be found without computing the rest.</summary>
    public static (long Company, long ApiKey) Ids(int seed) => Ids(new SeedRandom(seed));

    public static DemoDataset Build(int seed, string cursorKey)
    {
        var random = new SeedRandom(seed);
        var (companyId, apiKeyId) = Ids(random);
        var team = DemoTeam.CreateUsers(companyId, random);
        var workspaces = DemoTeam.Workspaces(companyId, random);
        var folders = DemoTeam.Folders(companyId, team, random);
        var flows = DemoFlows.Build(companyId, team, folders, europe: workspaces[1].Id, random);
        var runs = new DemoInstances(team, apiKeyId, random).Build(flows, DemoPeople.Create(companyId, random));
        var company = new Company(
            companyId, DemoTeam.CompanyName, DemoTeam.CompanyZone, Company.DefaultLimits, AdmissionSettings.Default, cursorKey, DemoTeam.Founded);
        List<User> users = [.. team, .. DemoColleagues.Create(companyId, team, random)]; // Drawn last: the ids of everything else stay as they were.
        return new DemoDataset(company, users, workspaces, folders, flows, runs);
    }

    public Flow FlowOf(Run instance) => Flows.Single(one => one.Flow.Id == instance.FlowId).Flow;

    private static (long Company, long ApiKey) Ids(SeedRandom random) => (random.Id(DemoTeam.Founded), random.Id(DemoTeam.Founded));
}
