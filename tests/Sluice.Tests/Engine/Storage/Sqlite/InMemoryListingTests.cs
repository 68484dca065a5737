using Sluice.Engine.Instances;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;
using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Tests.Engine.Storage.Sqlite;

/// <summary>On SQLite, listings read the in-memory index. Every change of an instance, by any operation or by the engine, must appear there.</summary>
public sealed class InMemoryListingTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task After_any_operation_or_engine_work_the_in_memory_index_equals_the_file(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var file = OpenDatabase.At(((SqliteDb)app.Db).Description);
        for (var day = 0; day < 3; day++)
        {
            await app.HasProspectsAsync(20, $"day{day}-");
            await app.AssignAsync(app.Tenant.Flow, [.. Enumerable.Range(0, 20).Select(number => $"day{day}-{number}")]);
            await (day == 0 ? app.CallEveryOperationAsync() : Task.CompletedTask);
            app.Clock.Advance(TimeSpan.FromDays(1));
            await app.Engine.RunDueAsync(CancellationToken.None);
            await CompareAsync(app.Db, file);
        }
    }

    private static async Task CompareAsync(Db kept, Db file)
    {
        var prospects = await file.QueryAsync(
            $"select distinct company_id, crm_prospect_id from flow_instances order by company_id, crm_prospect_id",
            row => (Company: row.GetInt64(0), CrmId: row.GetString(1)),
            CancellationToken.None);
        Assert.NotNull(((SqliteDb)kept).RowsInMemory);
        Assert.Equal(
            (await file.QueryAsync($"select count(*) from flow_instances where {InstanceStatuses.IsOpen()}", row => row.GetInt64(0), CancellationToken.None)).Single(),
            ((SqliteDb)kept).RowsInMemory);
        foreach (var company in prospects.GroupBy(prospect => prospect.Company))
        {
            string[] crmIds = [.. company.Select(prospect => prospect.CrmId)];
            Assert.Equal(await FindAsync(file, company.Key, crmIds), await FindAsync(kept, company.Key, crmIds));
        }
    }

    private static async Task<List<FlowInstance>> FindAsync(Db db, long companyId, string[] crmIds) =>
        [.. (await db.FindAsync(FlowInstanceStore.OpenOfProspects, companyId, CrmIds.Of(crmIds).Json, CancellationToken.None)).OrderBy(one => one.Position).ThenBy(one => one.Id)];
}
