using System.Security.Cryptography;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Engine.Workspaces;

namespace Sluice.Failover;

/// <summary>A company on which writers collide often: it has few prospects, and every second flow is exclusive.</summary>
internal sealed record FailoverCompany(long CompanyId, ApiKeyCredentials Key, IReadOnlyList<string> CrmIds, IReadOnlyList<long> FlowIds)
{
    public const string OwnerEmail = "rep@example.com";

    private const int Prospects = 500;
    private const int Flows = 6;

    public static async Task<FailoverCompany> SeedAsync(Db db, TimeProvider clock)
    {
        var (ids, now) = (await CommonOptions.LeaseIdsAsync(db, clock, CancellationToken.None), clock.GetUtcNow());
        var company = new Company(
            ids.Next(), "Failover", "UTC", new CompanyLimits(0, 0), AdmissionSettings.Default, RandomNumberGenerator.GetHexString(64), now);
        var (key, credentials) = CreateApiKey.Make(company.Id, ids.Next(), "failover", Scopes.All, [], now, expiresAt: null);
        var workspace = Workspace.Initial(company.Id, ids.Next());
        var owner = new User(
            company.Id, ids.Next(), OwnerEmail, "Robin", "Rep", null, null, null, true, true, "UTC", null,
            new UserProfile([], null, [], new UserSettings(true, false, true, true, false, true, true), null, []), now);
        var flows = Enumerable.Range(0, Flows).Select(i => new Flow(
            company.Id, ids.Next(), workspace.Id, null, owner.Id, $"Flow {i}", null, FlowVisibility.Company, Exclusive: i % 2 == 1, true, now)).ToList();
        var prospects = Enumerable.Range(0, Prospects).Select(i => Prospect.FromCrmId(company.Id, ids.Next(), $"p{i}", now)).ToList();
        await db.InTransactionAsync(async tx =>
        {
            await new CompanyStore(tx).AddAsync(company, CancellationToken.None);
            await new ApiKeyStore(tx, acceptDevOnly: false).AddAsync(key, CancellationToken.None);
            await new WorkspaceStore(tx).AddAsync(workspace, CancellationToken.None);
            await new UserStore(tx).AddAsync([owner], CancellationToken.None);
            foreach (var flow in flows)
            {
                await new FlowStore(tx).AddAsync(flow, CancellationToken.None);
            }

            await new ProspectStore(tx).AddAsync(prospects, CancellationToken.None);
        }, CancellationToken.None);
        return new FailoverCompany(company.Id, credentials, prospects.ConvertAll(one => one.CrmId), flows.ConvertAll(one => one.Id));
    }
}
