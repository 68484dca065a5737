using Microsoft.Data.Sqlite;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Tests.Engine.Storage.Sqlite;

/// <summary>Writes that wait while the writer is busy go into one round, which is one transaction. So most tests first keep the writer busy.</summary>
public sealed class SqliteWriterTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Waiting_writes_are_committed_together(Database database)
    {
        await using var test = await WriterTest.StartAsync(database);
        using var busy = test.KeepBusy();
        var (one, other) = (test.AddAsync(1), test.AddAsync(2));
        var before = test.Writer.Commits;

        busy.Dispose();
        await Task.WhenAll(one, other);

        Assert.Equal(before + 1, test.Writer.Commits); // The busy write is in the same commit, because the two came before it was done.
        Assert.Equal([1, 2], await test.ReadAsync());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_round_that_has_changed_many_rows_commits_before_the_next_write(Database database)
    {
        await using var test = await WriterTest.StartAsync(database);
        using var busy = test.KeepBusy();
        var (many, other) = (test.AddAsync(1, AddManyAsync), test.AddAsync(2));
        var before = test.Writer.Commits;

        busy.Dispose();
        await Task.WhenAll(many, other);

        Assert.Equal(before + 2, test.Writer.Commits); // One commit for the busy write and the many rows, one for the other write.
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_write_that_fails_does_not_fail_the_others_of_its_round(Database database)
    {
        await using var test = await WriterTest.StartAsync(database);
        using var busy = test.KeepBusy();
        var (one, failing, other) = (test.AddAsync(1), test.AddAsync(2, _ => throw new InvalidOperationException("No")), test.AddAsync(3));

        busy.Dispose();

        Assert.Equal("No", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        await Task.WhenAll(one, other);
        Assert.Equal([1, 3], await test.ReadAsync());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_write_that_fails_alone_changes_nothing_and_the_next_one_works(Database database)
    {
        await using var test = await WriterTest.StartAsync(database);

        await Assert.ThrowsAsync<InvalidOperationException>(() => test.AddAsync(1, _ => throw new InvalidOperationException("No")));
        await test.AddAsync(2);

        Assert.Equal([2], await test.ReadAsync());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_write_whose_caller_left_before_it_began_does_nothing(Database database)
    {
        await using var test = await WriterTest.StartAsync(database);
        using var busy = test.KeepBusy();
        using var caller = new CancellationTokenSource();
        var (gone, other) = (test.AddAsync(1, ct: caller.Token), test.AddAsync(2));

        await caller.CancelAsync();
        busy.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await other;
        Assert.Equal([2], await test.ReadAsync());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_write_whose_caller_left_after_it_began_is_done_completely(Database database)
    {
        await using var test = await WriterTest.StartAsync(database);
        using var caller = new CancellationTokenSource();

        await test.AddAsync(1, _ => caller.CancelAsync(), caller.Token);

        Assert.Equal([1], await test.ReadAsync());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_full_disk_fails_the_round_and_the_next_write_works_when_there_is_room(Database database)
    {
        await using var test = await WriterTest.StartAsync(database);
        using var busy = test.KeepBusy();
        var before = test.AddAsync(1);
        var tooLarge = test.AddAsync(2, async tx =>
        {
            await tx.QueryAsync($"pragma max_page_count = 1", _ => 0, CancellationToken.None); // Acts like a full disk, for this connection only.
            await tx.ExecuteAsync($"insert into things (id, note) values ({3}, {new string('x', 1_000_000)})", CancellationToken.None);
        });

        busy.Dispose();

        Assert.Equal(SQLitePCL.raw.SQLITE_FULL, (await Assert.ThrowsAsync<SqliteException>(() => tooLarge)).SqliteErrorCode);
        await test.AddAsync(4);
        var stored = await test.ReadAsync();
        Assert.Equal(await SucceedsAsync(before) ? [1, 4] : [4], stored);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_requested_checkpoint_makes_the_second_commit_restart_the_log(Database database)
    {
        await using var test = await WriterTest.StartAsync(database);
        await test.AddAsync(1, AddManyAsync);
        test.Writer.RequestCheckpoint();
        await test.AddAsync(2);
        await test.AddAsync(3);

        Assert.InRange(test.PagesInLog(), 1, 3);
    }

    private static async Task AddManyAsync(IDbSession tx) => await tx.ImportAsync(
        new SqlText("things"), SqlTable.Rows(Enumerable.Range(10, 4000).ToList()).Integer("id", id => id), CancellationToken.None);

    private static async Task<bool> SucceedsAsync(Task task)
    {
        try
        {
            await task;
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private sealed class WriterTest(TestDatabase database) : IAsyncDisposable
    {
        public SqliteWriter Writer { get; } = new(new SqliteFile(database.Connection), new Signal());

        public static async Task<WriterTest> StartAsync(Database kind)
        {
            var test = new WriterTest(await TestDatabase.CreateAsync(kind));
            await test.Writer.RunAsync(tx => tx.ExecuteAsync($"create table things (id bigint not null primary key, note text)", CancellationToken.None), CancellationToken.None);
            return test;
        }

        /// <summary>Keeps the writer busy until the returned object is disposed.</summary>
        public Busy KeepBusy()
        {
            var (begun, mayEnd) = (new ManualResetEventSlim(), new Busy());
            _ = Writer.RunAsync(
                async _ =>
                {
                    begun.Set();
                    await mayEnd.Over;
                    return 0;
                },
                CancellationToken.None);
            begun.Wait();
            return mayEnd;
        }

        public Task<int> AddAsync(int id, Func<IDbSession, Task>? then = null, CancellationToken ct = default) => Writer.RunAsync(
            async tx =>
            {
                var added = await tx.ExecuteAsync($"insert into things (id) values ({id})", ct);
                await (then?.Invoke(tx) ?? Task.CompletedTask);
                return added;
            },
            ct);

        public Task<List<long>> ReadAsync() =>
            Writer.RunAsync(tx => tx.QueryAsync($"select id from things order by id", row => row.GetInt64(0), CancellationToken.None), CancellationToken.None);

        /// <summary>Makes a checkpoint, which reports the number of pages.</summary>
        public long PagesInLog()
        {
            using var session = new SqliteSession(database.Connection);
            return session.Checkpoint();
        }

        public async ValueTask DisposeAsync()
        {
            await Writer.DisposeAsync();
            await database.DisposeAsync();
        }
    }

    private sealed class Busy : IDisposable
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Over => _over.Task;

        public void Dispose() => _over.TrySetResult();
    }
}
