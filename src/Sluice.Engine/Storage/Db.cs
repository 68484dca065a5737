using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Sluice.Engine.Storage;

/// <summary>What a store needs: run a statement. Either the database itself, or one transaction on it.</summary>
internal interface IDbSession
{
    Dialect Dialect { get; }

    /// <summary>Reads rows. On the database itself the statement must not write; in a transaction it may (<c>returning</c>).</summary>
    Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct);

    /// <returns>How many rows the statement changed.</returns>
    Task<int> ExecuteAsync([InterpolatedStringHandlerArgument("")] Sql sql, CancellationToken ct);

    /// <summary>
    /// Adds very many rows the quickest way the database has: <c>copy</c> on PostgreSQL, one prepared insert on SQLite. A row that is there
    /// already is a fault, as there is no <c>on conflict</c>. The caller bounds how many come at once: thousands.
    /// </summary>
    /// <param name="table">Its name.</param>
    /// <param name="rows">The columns are called as those of the table; any that are left out are null there.</param>
    /// <param name="ct">Between rows it may be too late.</param>
    Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct);

    /// <summary>What comes next in this transaction may take as long as it takes: for a change of the schema. SQLite has no limit to lift.</summary>
    void TakeTime()
    {
    }
}

/// <summary>A database: statements, each committed by itself, and transactions.</summary>
internal abstract class Db(Dialect dialect) : IDbSession, IAsyncDisposable
{
    public Dialect Dialect { get; } = dialect;

    /// <summary>The database in words for a person: a file's path, or host and name without the password.</summary>
    public abstract string Description { get; }

    public abstract Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct);

    /// <summary>What is asked most. Rows come in no order; a caller that hangs up is left alone with it.</summary>
    /// <param name="lookUp">The statement.</param>
    /// <param name="companyId">Whose rows.</param>
    /// <param name="keys">A JSON array of texts, in UTF-8.</param>
    /// <param name="ct">Of the caller.</param>
    public abstract Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct)
        where T : unmanaged;

    /// <summary>
    /// Where this server is alone on the database, keeps in memory what the look-up finds. Of one server only, and only of a schema that is there.
    /// </summary>
    public virtual Task KeepAsync<T>(LookUp<T> lookUp, CancellationToken ct)
        where T : unmanaged => Task.CompletedTask;

    public virtual Task<int> ExecuteAsync([InterpolatedStringHandlerArgument("")] Sql sql, CancellationToken ct) => InTransactionAsync(tx => tx.ExecuteAsync(sql, ct), ct);

    public Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct) => InTransactionAsync(tx => tx.ImportAsync(table, rows, ct), ct);

    /// <summary>
    /// Runs the work in one transaction. An exception leaves nothing behind; so does a token cancelled before
    /// the work began. The work may be run more than once, so it changes nothing but the database.
    /// </summary>
    /// <returns>After the commit is on disk.</returns>
    public abstract Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct);

    /// <summary>The same for work that has nothing to tell.</summary>
    public Task InTransactionAsync(Func<IDbSession, Task> work, CancellationToken ct) => InTransactionAsync(
        async tx =>
        {
            await work(tx);
            return 0;
        },
        ct);

    public abstract ValueTask DisposeAsync();
}
