using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using Sluice.Engine.Users;
using Sluice.Engine.Workspaces;

namespace Sluice.Server.Dev.Seed;

/// <summary>Creates a company that looks as if a sales team had worked in it for years, for <c>sluice dev</c>, demonstrations and tests.</summary>
internal static class DemoSeed
{
    /// <summary>
    /// Creates all or nothing, and the same for the same seed, including ids and times: it reads no clock. If the company exists already, it
    /// changes nothing.
    /// </summary>
    public static Task<DemoCompany> RunAsync(Db db, int seed, DemoSecrets secrets, CancellationToken ct) => db.InTransactionAsync(async tx =>
    {
        var (companyId, keyId) = DemoWorld.Ids(seed);
        var (key, words) = secrets.MakeKey(companyId, keyId, DemoTeam.Founded);
        if (await new CompanyStore(tx).FindAsync(companyId, ct) is { } there)
        {
            return new DemoCompany(there, IsNew: false, there.CursorKey == secrets.CursorKey ? words : null);
        }

        var world = DemoWorld.Build(seed, secrets.CursorKey);
        await AddCompanyAsync(tx, world, key, ct);
        await AddFlowsAsync(tx, world, ct);
        await AddRunsAsync(tx, world, ct);
        return new DemoCompany(world.Company, IsNew: true, words);
    }, ct);

    private static async Task AddCompanyAsync(IDbSession tx, DemoWorld world, ApiKey key, CancellationToken ct)
    {
        await new CompanyStore(tx).AddAsync(world.Company, ct);
        await new ApiKeyStore(tx, acceptDevOnly: false).AddAsync(key, ct);
        await new UserStore(tx).AddAsync(world.Users, ct);
        foreach (var workspace in world.Workspaces)
        {
            await new WorkspaceStore(tx).AddAsync(workspace, ct);
        }

        foreach (var folder in world.Folders)
        {
            await new FolderStore(tx).AddAsync(folder, ct);
        }
    }

    private static async Task AddFlowsAsync(IDbSession tx, DemoWorld world, CancellationToken ct)
    {
        var flows = new FlowStore(tx);
        foreach (var (plan, flow, steps, sharedWith) in world.Flows)
        {
            await flows.AddAsync(flow, ct);
            await new StepStore(tx).AddAsync(steps, ct);
            foreach (var userId in sharedWith)
            {
                await flows.ShareAsync(flow, userId, ct);
            }

            if (plan.DeletedAt is { } deleted)
            {
                await flows.DeleteAsync(flow, deleted, ct);
            }
        }
    }

    private static async Task AddRunsAsync(IDbSession tx, DemoWorld world, CancellationToken ct)
    {
        await new ProspectStore(tx).AddAsync(world.Runs.Prospects, ct);
        await new ProspectStore(tx).InvalidateEmailsAsync(world.Company.Id, world.Runs.Bounced, ct);
        await new FlowInstanceStore(tx).AddAsync(world.Runs.Instances, ct);
        await new EventStore(tx).AddAsync(world.Runs.Events, ct);
        await new LedgerStore(tx).AddAsync(world.Runs.Begun, ct);
        await new ToDoStore(tx).AddAsync(world.Runs.ToDos, ct);
        foreach (var instance in world.Runs.Instances) // In the order in which they began, because the last assignment is the one that is remembered.
        {
            await new FlowStore(tx).NoteAssignedAsync(world.FlowOf(instance), instance.OwnerId, instance.CreatedAt, ct);
        }
    }
}
