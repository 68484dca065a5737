using Sluice.Engine.Crm;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Engine.Crm;

public sealed class CrmRequestStoreTests
{
    /// <summary>
    /// The table has no statistics yet when the first upload breaks off. PostgreSQL then expected one line, and looked for the first thousand again for each of them: millions
    /// of reads, which on a busy machine took longer than a statement may.
    /// </summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task Deleting_the_first_lines_of_many_reads_few(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        await Migrator.UpgradeAsync(test.Db, TimeProvider.System, CancellationToken.None);
        var request = new CrmRequest(1, 1, "a", 7, "CONTACT", CrmRequest.Receiving, [], 0, 0, 0);
        var lines = Enumerable.Range(1, 5000).Select(number => new CrmLine(number, "{}")).ToList();

        var (deleted, read) = await test.Db.InTransactionAsync(
            async tx =>
            {
                var store = new CrmRequestStore(tx);
                await store.AddAsync(request, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, CancellationToken.None);
                await store.AddLinesAsync(request, lines, DateTimeOffset.UnixEpoch, CancellationToken.None);
                return (await store.DeleteSomeLinesAsync(request, 1000, CancellationToken.None), await LinesReadAsync(tx));
            },
            CancellationToken.None);

        Assert.Equal(1000, deleted);
        Assert.InRange(read, 1000, 20_000);
        Assert.Equal(1001, (await new CrmRequestStore(test.Db).ListLinesAsync(request, 0, 1, CancellationToken.None)).Single().Number);
    }

    private static async Task<long> LinesReadAsync(IDbSession tx) => (await tx.QueryAsync($"""
        select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)
        from pg_stat_xact_user_tables
        where relname = 'crm_upload_lines'
        """, row => row.GetInt64(0), CancellationToken.None)).Single();
}
