using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Bench;

/// <summary>A database that records the statements of the last transaction, as the stores wrote them.</summary>
internal sealed class StatementRecorder(Db db) : Db(db.Dialect)
{
    public List<Sql> Statements { get; } = [];

    public override string Description => db.Description;

    public override Task<List<T>> QueryAsync<T>(Sql sql, Func<DbDataReader, T> read, CancellationToken ct) => db.QueryAsync(sql, read, ct);

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct) => db.FindAsync(lookUp, companyId, keys, ct);

    public override Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) => db.InTransactionAsync(
        tx =>
        {
            Statements.Clear(); // The transaction may be retried.
            return work(new Session(tx, Statements));
        },
        ct);

    public override Task<T> InSnapshotAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) => db.InSnapshotAsync(work, ct);

    public override ValueTask DisposeAsync() => db.DisposeAsync();

    private sealed class Session(IDbSession tx, List<Sql> statements) : IDbSession
    {
        public Dialect Dialect => tx.Dialect;

        public Task<List<T>> QueryAsync<T>(Sql sql, Func<DbDataReader, T> read, CancellationToken ct)
        {
            statements.Add(sql);
            return tx.QueryAsync(sql, read, ct);
        }

        public Task<int> ExecuteAsync(Sql sql, CancellationToken ct)
        {
            statements.Add(sql);
            return tx.ExecuteAsync(sql, ct);
        }

        public Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct) => throw new NotSupportedException();
    }
}
