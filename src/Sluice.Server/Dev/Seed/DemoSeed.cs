using Sluice.Engine.Companies;
using Sluice.Engine.Events;
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
        var company = await AddAsync(tx, seed, secrets, ct);
        return company with { OAuthClient = await DemoOAuth.AddAsync(tx, company, seed, secrets, ct) };
    }, ct);

    private static async Task<DemoCompany> AddAsync(IDbSession tx, int seed, DemoSecrets secrets, CancellationToken ct)
    {
        var (companyId, keyId) = DemoDataset.Ids(seed);
        var (key, credentials) = secrets.MakeKey(companyId, keyId, DemoTeam.Founded);
        if (await new CompanyStore(tx).FindAsync(companyId, ct) is { } there)
        {
            return new DemoCompany(there, IsNew: false, there.CursorKey == secrets.CursorKey ? credentials : null);
        }

        var dataset = DemoDataset.Build(seed, secrets.CursorKey);
        await AddCompanyAsync(tx, dataset, key, ct);
        await AddFlowsAsync(tx, dataset, ct);
        await AddRunsAsync(tx, dataset, ct);
        return new DemoCompany(dataset.Company, IsNew: true, credentials);
    }

    private static async Task AddCompanyAsync(IDbSession tx, DemoDataset dataset, ApiKey key, CancellationToken ct)
    {
        await new CompanyStore(tx).AddAsync(dataset.Company, ct);
        await new ApiKeyStore(tx, acceptDevOnly: false).AddAsync(key, ct);
        await new UserStore(tx).AddAsync(dataset.Users, ct);
        foreach (var workspace in dataset.Workspaces)
        {
            await new WorkspaceStore(tx).AddAsync(workspace, ct);
        }

        foreach (var folder in dataset.Folders)
        {
            await new FolderStore(tx).AddAsync(folder, ct);
        }
    }

    private static async Task AddFlowsAsync(IDbSession tx, DemoDataset dataset, CancellationToken ct)
    {
        var flows = new FlowStore(tx);
        foreach (var (plan, flow, steps, sharedWith) in dataset.Flows)
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

    private static async Task AddRunsAsync(IDbSession tx, DemoDataset dataset, CancellationToken ct)
    {
        await new ProspectStore(tx).AddAsync(dataset.Runs.Prospects, ct);
        await new SuppressionStore(tx).AddAsync(StopListOf(dataset), ct);
        await new FlowInstanceStore(tx).AddAsync(dataset.Runs.Instances, ct);
        await new EventStore(tx).AddAsync(dataset.Runs.Events, ct);
        foreach (var one in DemoFeed.Build(dataset.Runs))
        {
            await new FeedStore(tx).AddAsync([one], ct); // One by one: their order is that of the statements.
        }

        await new LedgerStore(tx).AddAsync(dataset.Runs.LedgerEntries, ct);
        await new ToDoStore(tx).AddAsync(dataset.Runs.ToDos, ct);
        foreach (var instance in dataset.Runs.Instances) // In the order in which they began, because the last assignment is the one that is remembered.
        {
            await new FlowStore(tx).RecordAssignmentAsync(dataset.FlowOf(instance), instance.OwnerId, instance.CreatedAt, ct);
        }
    }

    /// <summary>Makes the stop list: the addresses that bounced, and those of people who opted out. Each entry takes the id of its prospect, so that seeding needs no new ids.</summary>
    private static List<Suppression> StopListOf(DemoDataset dataset)
    {
        var bounced = dataset.Runs.Bounced.ToHashSet();
        return
        [
            .. from prospect in dataset.Runs.Prospects
               let email = prospect.Email
               let kind = bounced.Contains(prospect.Id) ? SuppressionKind.Bounced
                   : prospect.OptedOut ? SuppressionKind.Unsubscribed
                   : prospect.DoNotContact ? SuppressionKind.DoNotContact
                   : (SuppressionKind?)null
               where kind is not null && email is not null
               select new Suppression(
                   prospect.CompanyId, prospect.Id, AddressKey.OfEmail(email).Text, kind.Value, 0, prospect.CreatedAt, new SuppressedBy(null, null, null), null, null),
        ];
    }
}
