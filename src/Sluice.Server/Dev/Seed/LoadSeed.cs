using System.Security.Cryptography;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;
using Sluice.Engine.Users;
using Sluice.Engine.Workspaces;

namespace Sluice.Server.Dev.Seed;

/// <summary>
/// Creates a company of any size for benchmarks. A load generator can compute the ids in it: see <see cref="LoadPlan"/>. Each call creates a
/// new company; an interrupted call leaves a smaller one.
/// </summary>
internal static class LoadSeed
{
    /// <summary>Multiples of three, so that the two instances of a prospect are always in the same batch. On SQLite fewer: the server beside it shares the only writer.</summary>
    private const int Batch = 6000, BatchOnSqlite = 900;

    public static async Task<LoadCompany> RunAsync(Db db, IdMaker ids, long instances, IProgress<long> progress, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var company = NewCompany(ids.Next(), await NameAsync(db, ct), now);
        var (key, credentials) = CreateApiKey.Make(company.Id, ids.Next(), "load", Scopes.All, [], now, expiresAt: null);
        var plan = LoadTeam.Plan(company.Id, ids, now, instances);
        await db.InTransactionAsync(async tx =>
        {
            await new CompanyStore(tx).AddAsync(company, ct);
            await new ApiKeyStore(tx, acceptDevOnly: false).AddAsync(key, ct);
            await AddTeamAsync(tx, plan, ct);
        }, ct);

        var batch = db.Dialect.IsShared ? Batch : BatchOnSqlite;
        for (long from = 0; from < instances; from += batch)
        {
            var rows = plan.Rows(from, Math.Min(from + batch, instances), ids, key.Id);
            await db.InTransactionAsync(tx => AddRowsAsync(tx, rows, ct), ct);
            progress.Report(Math.Min(from + batch, instances));
        }

        await PlannerStatistics.AnalyzeAsync(db, ct);
        return new LoadCompany(company, credentials, instances, LoadPlan.ProspectsFor(instances));
    }

    /// <summary>Finds a name that no company has: the second company is named Load 2.</summary>
    private static async Task<string> NameAsync(Db db, CancellationToken ct)
    {
        var names = (await new CompanyStore(db).ListAsync(ct)).Select(company => company.Name).ToHashSet();
        return Enumerable.Range(1, int.MaxValue).Select(number => number == 1 ? "Load" : $"Load {number}").First(name => !names.Contains(name));
    }

    private static Company NewCompany(long id, string name, DateTimeOffset now) => new(
        id,
        name,
        "UTC",
        new CompanyLimits(CallsPerSecond: 0, CallsPerDay: 0),
        AdmissionSettings.Default,
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
        now);

    private static async Task AddTeamAsync(IDbSession tx, LoadPlan plan, CancellationToken ct)
    {
        await new WorkspaceStore(tx).AddAsync(plan.Workspace, ct);
        await new UserStore(tx).AddAsync(plan.Users, ct);
        await new StepStore(tx).AddAsync(plan.Steps, ct);
        foreach (var flow in plan.Flows)
        {
            await new FlowStore(tx).AddAsync(flow, ct);
        }
    }

    private static async Task AddRowsAsync(IDbSession tx, LoadRows rows, CancellationToken ct)
    {
        await new ProspectStore(tx).ImportAsync(rows.Prospects, ct);
        await new FlowInstanceStore(tx).ImportAsync(rows.Instances, ct);
        await new EventStore(tx).ImportAsync(rows.Events, ct);
    }
}

/// <param name="Credentials">Its API key in clear text. The company has no call limits.</param>
/// <param name="Prospects">The number of prospects; they are numbered from 0.</param>
internal sealed record LoadCompany(Company Company, ApiKeyCredentials Credentials, long Instances, long Prospects);
