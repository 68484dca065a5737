using Sluice.Engine.Instances;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;
using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Tests.Engine.Storage.Sqlite;

/// <summary>The in-memory index contains the same rows as the file, whatever the server writes.</summary>
public sealed class InMemoryIndexTests
{
    private static readonly LookUp<Thing> Things = new("things", "name", ["id", "size"], "size < 100", sharedColumns: 1);
    private static readonly string[] Names = [.. Enumerable.Range(0, 12).Select(number => $"name {number}"), "ä\"\\ 😀"];

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Look_ups_read_the_in_memory_index_and_not_the_file(Database database)
    {
        await using var test = await StartAsync(database);
        await Test.AddAsync(test.Db, 1, "name 1", size: 5);
        await Test.AddAsync(test.File, 2, "name 2", size: 6); // Written by another process, which is not allowed: only the file has this row.

        Assert.Equal([new(0, 1, 5)], await Test.FindAsync(test.Db, "name 1", "name 2"));
        Assert.Equal([new(0, 1, 5), new(1, 2, 6)], await Test.FindAsync(test.File, "name 1", "name 2"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task After_random_changes_the_index_equals_the_file(Database database)
    {
        var random = new Random(4664);
        await using var test = await StartAsync(database);
        for (var round = 0; round < 60; round++)
        {
            var changes = Enumerable.Range(0, 20).Select(_ => (Kind: random.Next(8), Id: random.Next(40), Name: Names[random.Next(Names.Length)], Size: random.Next(200)));
            await Task.WhenAll(changes.ToList().Select(change => test.ChangeAsync(change.Kind, change.Id, change.Name, change.Size)));
            await test.CompareAsync();
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_index_misses_no_write_that_is_made_while_the_file_is_read(Database database)
    {
        await using var test = await StartAsync(database, rows: 60_000);
        var id = 100_000;
        for (var round = 0; round < 5; round++)
        {
            var keeping = test.Db.KeepInMemoryAsync(Things, CancellationToken.None);
            do
            {
                await Task.WhenAll(Names.Select(name => Test.AddAsync(test.Db, ++id, name, size: 1)));
                await test.Db.ExecuteAsync($"delete from things where company_id = 1 and id = {id - 20}", CancellationToken.None);
            }
            while (((SqliteDb)test.Db).RowsInMemory is null);

            await keeping;
            await test.WaitUntilKeptAsync();
            await test.CompareAsync();
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task After_the_writer_has_lost_its_connection_the_index_equals_the_file(Database database)
    {
        await using var test = await StartAsync(database);
        await Test.AddAsync(test.Db, 1, "name 1", size: 5);

        // A commit inside the work ends the round's transaction too early, so the writer gives up its connection.
        await Assert.ThrowsAnyAsync<Exception>(() => test.Db.InTransactionAsync(async tx =>
        {
            await Test.AddAsync(tx, 2, "name 1", size: 6);
            return await tx.ExecuteAsync($"commit", CancellationToken.None);
        }, CancellationToken.None));

        await test.CompareAsync();
        await Test.AddAsync(test.Db, 3, "name 1", size: 7);
        await test.WaitUntilKeptAsync();
        await test.CompareAsync();
        Assert.Equal([1, 2, 3], (await Test.FindAsync(test.Db, "name 1")).Select(thing => thing.Id));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_write_that_undoes_itself_leaves_the_index_as_it_is(Database database)
    {
        await using var test = await StartAsync(database);
        await Assert.ThrowsAsync<TimeoutException>(() => test.Db.InTransactionAsync<int>(async tx =>
        {
            await Test.AddAsync(tx, 1, "name 1", size: 5);
            throw new TimeoutException();
        }, CancellationToken.None));
        await Test.AddAsync(test.File, 2, "name 1", size: 6); // Only the file has this row: whoever finds it has read the file.

        Assert.Empty(await Test.FindAsync(test.Db, "name 1"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task With_more_rows_than_the_index_may_keep_look_ups_read_the_file(Database database)
    {
        await using var test = await StartAsync(database);
        await using var writer = new SqliteWriter(new SqliteFile(test.Db.Description), new Signal());
        using var kept = new InMemoryIndex<Thing>(Things, test.Db.Description, maxRows: 2);
        await writer.KeepInMemoryAsync(kept, CancellationToken.None);
        await Eventually.UntilAsync(() => kept.Count is not null);

        foreach (var (id, count) in ((long, long?)[])[(1, 1), (2, 2), (3, null), (4, null)])
        {
            await writer.RunAsync(tx => Test.AddAsync(tx, id, "name 1", size: 5), CancellationToken.None);
            Assert.Equal(count, kept.Count);
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_look_up_that_is_not_kept_reads_the_file(Database database)
    {
        await using var test = await StartAsync(database);
        await Test.AddAsync(test.Db, 1, "name 1", size: 500); // Too large for the kept look-up's condition.

        var all = await test.Db.FindAsync(new LookUp<Thing>("things", "name", ["id", "size"], "size > 0", sharedColumns: 1), 1, CrmIds.Of(["name 1"]).Json, CancellationToken.None);

        Assert.Equal([new(0, 1, 500)], all);
        Assert.Empty(await Test.FindAsync(test.Db, "name 1"));
    }

    private static async Task<Test> StartAsync(Database kind, int rows = 0)
    {
        var database = await TestDatabase.CreateAsync(kind);
        var test = new Test(database, OpenDatabase.At(database.Connection), OpenDatabase.At(database.Connection));
        await test.Db.ExecuteAsync(
            $"create table things (company_id bigint not null, id bigint not null, name text not null, size bigint not null, primary key (company_id, id)) without rowid",
            CancellationToken.None);
        await test.Db.ImportAsync(
            new SqlText("things"),
            SqlTable.Rows(Enumerable.Range(1000, rows).ToList()).Integer("company_id", _ => 1).Integer("id", id => id).Text("name", id => $"name {id}").Integer("size", _ => 1),
            CancellationToken.None);
        await test.Db.KeepInMemoryAsync(Things, CancellationToken.None);
        await test.WaitUntilKeptAsync();
        return test;
    }

    private readonly record struct Thing(long Position, long Id, long Size);

    private sealed record Test(TestDatabase Database, Db Db, Db File) : IAsyncDisposable
    {
        public static Task<int> AddAsync(IDbSession to, long id, string name, long size) =>
            to.ExecuteAsync($"insert into things values (1, {id}, {name}, {size}) on conflict do nothing", CancellationToken.None);

        /// <summary>Makes one of the changes of a round; changes of kind 4 are rolled back.</summary>
        public Task ChangeAsync(int kind, long id, string name, long size) => kind switch
        {
            0 => Db.ExecuteAsync($"delete from things where company_id = 1 and id = {id}", CancellationToken.None),
            1 => Db.ExecuteAsync($"update things set size = {size} where company_id = 1 and id = {id}", CancellationToken.None),
            2 => Db.ExecuteAsync($"update things set name = {name} where company_id = 1 and id = {id}", CancellationToken.None),
            3 => Db.ExecuteAsync($"update things set id = {id + 1} where company_id = 1 and id = {id} and not exists (select 1 from things where id = {id + 1})", CancellationToken.None),
            4 => Assert.ThrowsAsync<InvalidOperationException>(() => Db.InTransactionAsync<int>(
                async tx =>
                {
                    await tx.ExecuteAsync($"update things set size = 99, name = {name} where id < 1000", CancellationToken.None);
                    throw new InvalidOperationException("rolled back");
                },
                CancellationToken.None)),
            _ => AddAsync(Db, id, name, size),
        };

        public static async Task<List<Thing>> FindAsync(Db db, params string[] names) =>
            [.. (await db.FindAsync(Things, 1, CrmIds.Of(names).Json, CancellationToken.None)).OrderBy(thing => thing.Position).ThenBy(thing => thing.Id)];

        public async Task CompareAsync()
        {
            string[] names = [.. Names, "name 1000", "nobody's"];
            Assert.Equal(await FindAsync(File, names), await FindAsync(Db, names));
        }

        public Task WaitUntilKeptAsync() => Eventually.UntilAsync(() => ((SqliteDb)Db).RowsInMemory is not null);

        public async ValueTask DisposeAsync()
        {
            await Db.DisposeAsync();
            await File.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
