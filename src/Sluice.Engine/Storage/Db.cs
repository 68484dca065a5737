using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Sluice.Engine.Storage;

/// <summary>Runs statements for a store, either directly on the database or in one transaction.</summary>
internal interface IDbSession
{
    Dialect Dialect { get; }

    /// <summary>Reads rows. Directly on the database, the statement must not write; in a transaction it may (<c>returning</c>).</summary>
    Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct);

    /// <returns>Number of rows that the statement changed.</returns>
    Task<int> ExecuteAsync([InterpolatedStringHandlerArgument("")] Sql sql, CancellationToken ct);

    /// <summary>
    /// Adds many rows in the fastest way that the database has: <c>copy</c> on PostgreSQL, one prepared insert on SQLite. A row that already
    /// exists is an error, because there is no <c>on conflict</c>. The caller limits each call to some thousands of rows.
    /// </summary>
    /// <param name="table">The table's name.</param>
    /// <param name="rows">Their columns have the same names as those of the table; columns that are left out become null.</param>
    Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct);

    /// <summary>Removes the time-out from the later statements of this transaction, for a schema change. SQLite has no time-out to remove.</summary>
    void DisableTimeout()
    {
    }

    /// <summary>What this process has read lately and need not read again; null: the database is so near that nothing is kept.</summary>
    RecentFacts? Recent => null;

    /// <summary>Says that this transaction writes events: its commit sends <see cref="Db.NewEvents"/>.</summary>
    void AnnounceEvents()
    {
    }
}

/// <summary>A database. Runs statements, each committed by itself, and transactions.</summary>
internal abstract class Db(Dialect dialect) : IDbSession, IAsyncDisposable
{
    public Dialect Dialect { get; } = dialect;

    /// <summary>Describes the database to a person: the file's path, or the host and name without the password.</summary>
    public abstract string Description { get; }

    /// <summary>Sent after each commit of this process that has written events. It says nothing of other nodes: who waits must look from time to time too.</summary>
    public virtual Signal NewEvents { get; } = new();

    public abstract Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct);

    /// <summary>Runs the hottest query. Rows come in no order. If several callers share one statement, cancelling affects only one caller.</summary>
    /// <param name="companyId">The company whose rows are searched.</param>
    /// <param name="keys">A JSON array of strings, in UTF-8.</param>
    public abstract Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct)
        where T : unmanaged;

    /// <summary>
    /// Keeps the look-up's rows in memory if only one server uses the database (SQLite); otherwise does nothing. Only that server may call
    /// this, and only after the migrations.
    /// </summary>
    public virtual Task KeepInMemoryAsync<T>(LookUp<T> lookUp, CancellationToken ct)
        where T : unmanaged => Task.CompletedTask;

    public virtual Task<int> ExecuteAsync([InterpolatedStringHandlerArgument("")] Sql sql, CancellationToken ct) => InTransactionAsync(tx => tx.ExecuteAsync(sql, ct), ct);

    public Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct) => InTransactionAsync(tx => tx.ImportAsync(table, rows, ct), ct);

    /// <summary>
    /// Runs the work in one transaction, or as a part of the <see cref="RequestTransaction"/> that runs here. If the work throws, or the token is cancelled before the work begins, nothing is
    /// written. The work may run more than once, so it must change nothing but the database.
    /// </summary>
    /// <returns>The work's result, after the commit is on disk.</returns>
    public abstract Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct);

    /// <summary>Does the same for work without a result.</summary>
    public Task InTransactionAsync(Func<IDbSession, Task> work, CancellationToken ct) => InTransactionAsync(
        async tx =>
        {
            await work(tx);
            return 0;
        },
        ct);

    /// <summary>
    /// Runs reads that all see the database as of one moment. On SQLite they run on a reader's connection, and the writer goes on beside them. The work must not
    /// write: what it writes is rolled back or refused. It may run more than once.
    /// </summary>
    public abstract Task<T> InSnapshotAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct);

    /// <summary>
    /// Writes over what is left of deleted rows in the files that this program writes itself (SQLite). A PostgreSQL server does this with its own vacuum.
    /// </summary>
    public virtual Task ForgetDeletedAsync(CancellationToken ct) => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();
}
