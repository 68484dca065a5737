using System.Data.Common;
using System.Runtime.CompilerServices;
using Sluice.Engine.Storage;

namespace Sluice.Simulation;

/// <summary>
/// The database as one worker sees it. Before each transaction, something else may happen first. Before each statement, before the commit and
/// after it, the worker may be killed.
/// </summary>
internal sealed class SimDb(Db inner, FaultInjector faults, PlantedBug bug, CancellationTokenSource life) : Db(inner.Dialect)
{
    public override string Description => inner.Description;

    public override Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct) =>
        RequestTransaction.Current?.Session is { } begun ? begun.QueryAsync(sql, read, ct) : inner.QueryAsync(new BugPlanter(bug).Change(sql, this), read, ct);

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct) =>
        inner.FindAsync(lookUp, companyId, keys, ct);

    public override async Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct)
    {
        if (RequestTransaction.Current is { } whole)
        {
            return await whole.JoinAsync(work, ct);
        }

        await faults.BeforeAsync("commit", life);
        var late = new List<Func<IDbSession, Task>>();
        var result = await inner.InTransactionAsync(
            async tx =>
            {
                late.Clear();
                var done = await work(new SimSession(tx, faults, new BugPlanter(bug), life, LateTable, late));
                faults.Inside(life);
                return done;
            },
            ct);
        foreach (var write in late)
        {
            await faults.BeforeAsync("late write", life);
            await inner.InTransactionAsync(tx => DoAsync(write, tx), ct);
        }

        await faults.AfterCommitAsync(life);
        return result;
    }

    public override Task<T> InSnapshotAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) =>
        RequestTransaction.Current?.Session is { } begun ? work(begun) : inner.InSnapshotAsync(work, ct);

    private static async Task<int> DoAsync(Func<IDbSession, Task> write, IDbSession tx)
    {
        await write(tx);
        return 0;
    }

    /// <summary>The beginning of the statements that the planted bug runs after the commit; null: it moves none.</summary>
    private string? LateTable => bug switch
    {
        PlantedBug.LateEvent => "insert into events ",
        PlantedBug.LateCount => "insert into event_counts ",
        PlantedBug.LateDelivery => "webhook_deliveries",
        _ => null,
    };

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask; // The file outlives every worker.

    /// <param name="lateTable">The beginning of statements that are run after the commit; null: none.</param>
    /// <param name="late">Takes these statements.</param>
    private sealed class SimSession(IDbSession tx, FaultInjector faults, BugPlanter planter, CancellationTokenSource life, string? lateTable, List<Func<IDbSession, Task>> late) : IDbSession
    {
        public Dialect Dialect => tx.Dialect;

        public Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct)
        {
            faults.Inside(life);
            if (IsLate(sql))
            {
                late.Add(tx => tx.ExecuteAsync(sql, default));
                return Task.FromResult(new List<T>());
            }

            return tx.QueryAsync(planter.Change(sql, tx), read, ct);
        }

        public Task<int> ExecuteAsync([InterpolatedStringHandlerArgument("")] Sql sql, CancellationToken ct)
        {
            faults.Inside(life);
            if (IsLate(sql))
            {
                late.Add(tx => tx.ExecuteAsync(sql, default));
                return Task.FromResult(1);
            }

            return tx.ExecuteAsync(planter.Change(sql, tx), ct);
        }

        public Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct)
        {
            faults.Inside(life);
            if (table.Value == lateTable)
            {
                late.Add(tx => tx.ImportAsync(table, rows, default));
                return Task.CompletedTask;
            }

            return tx.ImportAsync(table, rows, ct);
        }

        private bool IsLate(Sql sql) => lateTable is not null && sql.Text.StartsWith(lateTable, StringComparison.Ordinal);
    }
}
