using System.Data.Common;
using System.Runtime.CompilerServices;
using Sluice.Engine.Storage;

namespace Sluice.Simulation;

/// <summary>
/// The database as one worker sees it. Before each transaction, something else may happen first. Before each statement, before the commit and
/// after it, the worker may be killed.
/// </summary>
internal sealed class SimDb(Db inner, Dialect dialect, FaultInjector faults, PlantedBug bug, CancellationTokenSource life) : Db(dialect)
{
    public override string Description => inner.Description;

    public override Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct) =>
        RequestTransaction.Current is { } whole ? whole.Session.QueryAsync(sql, read, ct) : inner.QueryAsync(new BugPlanter(bug).Change(sql, this), read, ct);

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct) =>
        inner.FindAsync(lookUp, companyId, keys, ct);

    public override async Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct)
    {
        if (RequestTransaction.Current is { } whole)
        {
            return await whole.JoinAsync(work);
        }

        await faults.BeforeAsync("commit", life);
        var late = new List<Sql>();
        var result = await inner.InTransactionAsync(
            async tx =>
            {
                late.Clear();
                var done = await work(new SimSession(tx, faults, new BugPlanter(bug), life, bug == PlantedBug.LateEvent ? late : null));
                faults.Inside(life);
                return done;
            },
            ct);
        foreach (var events in late)
        {
            await faults.BeforeAsync("event", life);
            await inner.ExecuteAsync(events, ct);
        }

        await faults.AfterCommitAsync(life);
        return result;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask; // The file outlives every worker.

    /// <param name="late">Takes the events, to be written after the commit; null: they are written now.</param>
    private sealed class SimSession(IDbSession tx, FaultInjector faults, BugPlanter planter, CancellationTokenSource life, List<Sql>? late) : IDbSession
    {
        public Dialect Dialect => tx.Dialect;

        public Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct)
        {
            faults.Inside(life);
            return tx.QueryAsync(planter.Change(sql, tx), read, ct);
        }

        public Task<int> ExecuteAsync([InterpolatedStringHandlerArgument("")] Sql sql, CancellationToken ct)
        {
            faults.Inside(life);
            if (late is not null && sql.Text.StartsWith("insert into events ", StringComparison.Ordinal))
            {
                late.Add(sql);
                return Task.FromResult(1);
            }

            return tx.ExecuteAsync(planter.Change(sql, tx), ct);
        }

        public Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct) => tx.ImportAsync(table, rows, ct);
    }
}
