using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Engine.Storage;
using Sluice.Server.Http;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

public sealed class DailyQuotaTests
{
    [Theory, EveryDatabase]
    public async Task A_company_whose_calls_cannot_be_saved_keeps_no_other_company_from_calling_and_being_saved(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var tenants = new List<Tenant>();
        for (var i = 0; i < 6; i++)
        {
            tenants.Add(await app.HasTenantAsync($"Company {i}", limits: new CompanyLimits(0, 100)));
        }

        var saved = tenants[3].Id; // All others fail, so at least one of them is tried before it, or the test cannot fail.
        await RefuseAllButAsync(app.Db, database, saved);
        foreach (var tenant in tenants)
        {
            Assert.Equal(OK, (await app.GetAsync("/v2/workspaces", tenant.Key)).Status);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => app.Services.GetRequiredService<DailyQuota>().SaveAsync(CancellationToken.None));

        Assert.Equal([(saved, 1L)], await app.Db.QueryAsync($"select company_id, used from quota_days", row => (row.GetInt64(0), row.GetInt64(1)), CancellationToken.None));
    }

    private static Task<int> RefuseAllButAsync(Db db, Database database, long companyId) => db.ExecuteAsync(
        $"{new SqlText(database == Database.Sqlite
            ? $"create trigger refuse before insert on quota_days when new.company_id <> {companyId} begin select raise(abort, 'refused'); end"
            : $"alter table quota_days add check (company_id = {companyId})")}",
        CancellationToken.None);
}
