using System.Collections.Concurrent;
using Npgsql;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Postgres;

namespace Sluice.Tests.Engine.Storage;

/// <summary>PostgreSQL rolls back a transaction that is in conflict with another. Its work runs again, after a pause.</summary>
public sealed class RetryTests
{
    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_transaction_that_lost_a_deadlock_runs_again_and_succeeds(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var pauses = new RecordedPauses();
        await using var db = new PostgresDb(test.Connection, pauses);
        await test.Db.ExecuteAsync($"create table numbers (id bigint primary key, number bigint not null)", CancellationToken.None);
        await test.Db.ExecuteAsync($"insert into numbers (id, number) values (1, 0), (2, 0)", CancellationToken.None);
        var (tries, rival) = (0, Task.CompletedTask);

        await db.InTransactionAsync(
            async tx =>
            {
                await rival;
                await tx.QueryAsync($"select set_config('deadlock_timeout', '500ms', true)", _ => 0, CancellationToken.None); // So that this side loses.
                await AddOneAsync(tx, 1);
                if (++tries == 1)
                {
                    var locked = new TaskCompletionSource();
                    rival = LockInTheOtherOrderAsync(test.Db, locked);
                    await locked.Task;
                }

                return await AddOneAsync(tx, 2);
            },
            CancellationToken.None);

        Assert.Equal((2, 1), (tries, pauses.All.Count));
        Assert.Equal([2, 2], await test.Db.QueryAsync($"select number from numbers order by id limit 2", row => row.GetInt64(0), CancellationToken.None));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task The_fifth_try_may_succeed_and_pauses_grow(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var (pauses, conflicts) = (new RecordedPauses(), new Conflicts(4));
        await using var db = new PostgresDb(test.Connection, pauses);

        await db.InTransactionAsync(conflicts.RunAsync, CancellationToken.None);

        Assert.Equal((5, 4), (conflicts.Tries, pauses.All.Count));
        Assert.All(pauses.All, pause => Assert.InRange(pause, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1)));
        Assert.True(pauses.All.Max() > TimeSpan.FromMilliseconds(20), string.Join(' ', pauses.All));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task After_five_conflicts_the_caller_gets_the_error(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var (pauses, conflicts) = (new RecordedPauses(), new Conflicts(6));
        await using var db = new PostgresDb(test.Connection, pauses);

        var fault = await Assert.ThrowsAsync<PostgresException>(() => db.InTransactionAsync(conflicts.RunAsync, CancellationToken.None));

        Assert.Equal(PostgresErrorCodes.SerializationFailure, fault.SqlState);
        Assert.Equal((5, 4), (conflicts.Tries, pauses.All.Count));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_caller_that_gives_up_ends_the_pause(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        using var caller = new CancellationTokenSource();
        var (pauses, conflicts) = (new RecordedPauses { Meanwhile = caller.Cancel, LastsForever = true }, new Conflicts(6));
        await using var db = new PostgresDb(test.Connection, pauses);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => db.InTransactionAsync(conflicts.RunAsync, caller.Token).WaitAsync(TimeSpan.FromSeconds(10)));

        Assert.Equal(1, conflicts.Tries);
    }

    private static Task<int> LockInTheOtherOrderAsync(Db db, TaskCompletionSource locked) => db.InTransactionAsync(
        async tx =>
        {
            await AddOneAsync(tx, 2);
            locked.TrySetResult();
            return await AddOneAsync(tx, 1);
        },
        CancellationToken.None);

    private static Task<int> AddOneAsync(IDbSession tx, long id) => tx.ExecuteAsync($"update numbers set number = number + 1 where id = {id}", CancellationToken.None);

    /// <summary>Work that PostgreSQL refuses a few times, with the error of a conflict.</summary>
    private sealed class Conflicts(int lost)
    {
        public int Tries { get; private set; }

        public Task<int> RunAsync(IDbSession tx) => ++Tries <= lost
            ? tx.ExecuteAsync($"do $$ begin raise exception using errcode = 'serialization_failure'; end $$", CancellationToken.None)
            : tx.ExecuteAsync($"select 1", CancellationToken.None);
    }

    /// <summary>The machine's clock, which notes each pause that is asked of it.</summary>
    private sealed class RecordedPauses : TimeProvider
    {
        public ConcurrentQueue<TimeSpan> All { get; } = [];

        public Action Meanwhile { get; init; } = () => { };

        public bool LastsForever { get; init; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            All.Enqueue(dueTime);
            _ = Task.Run(Meanwhile);
            return base.CreateTimer(callback, state, LastsForever ? Timeout.InfiniteTimeSpan : dueTime, period);
        }
    }
}
