using Sluice.Engine.Storage;

namespace Sluice.Tests.Engine.Storage;

/// <summary>Everything that a request reads and writes may be one transaction, although its operations begin transactions of their own.</summary>
public sealed class RequestTransactionTests
{
    [Theory, EveryDatabase]
    public async Task Operations_join_the_transaction_of_their_request_and_see_what_the_others_wrote(Database database)
    {
        await using var files = await MakeAsync(database);
        var db = files.Db;
        var seen = new List<long>();

        await RequestTransaction.RunAsync(
            db,
            async whole =>
            {
                await db.InTransactionAsync(tx => tx.ExecuteAsync($"insert into t (n) values (1)", default), default);
                await db.ExecuteAsync($"insert into t (n) values (2)", default);
                whole.AfterCommit(() => seen.Add(-1));
                await Task.Yield(); // On another thread, it is still the same request.
                seen.Add(await CountAsync(db));
                seen.Add(await ElsewhereAsync(() => CountAsync(db)));
                return 0;
            },
            default);

        Assert.Equal([2, 0, -1], seen); // The request sees both rows, others none; what follows the commit comes last.
        Assert.Equal(2, await CountAsync(db));
    }

    [Theory, EveryDatabase]
    public async Task A_request_that_fails_leaves_nothing_of_its_operations_and_does_nothing_after_the_commit(Database database)
    {
        await using var files = await MakeAsync(database);
        var (db, wasCalled) = (files.Db, false);

        await Assert.ThrowsAsync<InvalidOperationException>(() => RequestTransaction.RunAsync<int>(
            db,
            async whole =>
            {
                await db.ExecuteAsync($"insert into t (n) values (1)", default);
                whole.AfterCommit(() => wasCalled = true);
                throw new InvalidOperationException();
            },
            default));

        Assert.Equal((0, false), (await CountAsync(db), wasCalled));
        await db.ExecuteAsync($"insert into t (n) values (1)", default); // The request is over: this is a transaction of its own.
        Assert.Equal(1, await CountAsync(db));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task On_SQLite_a_request_holds_up_no_writer_before_its_first_write(Database database)
    {
        await using var files = await MakeAsync(database);
        var db = files.Db;
        var seen = new List<long>();

        await RequestTransaction.RunAsync(
            db,
            async _ =>
            {
                seen.Add(await CountAsync(db));
                await ElsewhereAsync(() => db.ExecuteAsync($"insert into t (n) values (1)", default));
                seen.Add(await CountAsync(db));
                await db.ExecuteAsync($"insert into t (n) values (2)", default);
                seen.Add(await db.InSnapshotAsync(CountAsync, default));
                seen.Add(await ElsewhereAsync(() => CountAsync(db)));
                return 0;
            },
            default);

        Assert.Equal([0, 1, 2, 1], seen);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_request_whose_client_leaves_before_its_transaction_begins_writes_nothing(Database database)
    {
        await using var files = await MakeAsync(database);
        var (db, gone) = (files.Db, new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RequestTransaction.RunAsync(db, _ => db.ExecuteAsync($"insert into t (n) values (1)", gone), default));

        Assert.Equal(0, await CountAsync(db));
        await db.ExecuteAsync($"insert into t (n) values (1)", default); // The writer goes on.
    }

    /// <summary>Runs something that is no part of the request.</summary>
    private static Task<T> ElsewhereAsync<T>(Func<Task<T>> work)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(work);
        }
    }

    private static async Task<TestDatabase> MakeAsync(Database database)
    {
        var files = await TestDatabase.CreateAsync(database);
        await files.Db.ExecuteAsync($"create table t (n bigint)", default);
        return files;
    }

    private static async Task<long> CountAsync(IDbSession db) => (await db.QueryAsync($"select count(*) from t", row => row.GetInt64(0), default)).Single();
}
