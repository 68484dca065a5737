using System.Data.Common;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Bench;

/// <summary>
/// A SQLite file with one writing connection, for which callers queue; each piece of work is a transaction of its own. Pragmas and prepared
/// statements are those of the product; only the group commit is missing. One connection per caller was rejected as a comparison: SQLite makes
/// waiting connections sleep, which measured half the rate and ten times the p99.
/// </summary>
internal sealed class OwnTransactionDb : Db
{
    private readonly SqliteSession _session;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly string _path;

    public OwnTransactionDb(string path)
        : base(Dialect.Sqlite)
    {
        _path = path;
        _session = new SqliteSession(path);
        _session.Run("pragma wal_autocheckpoint = 1000"); // SQLite's default: nothing else here writes the log back into the file.
    }

    public override string Description => _path;

    public override async Task<List<T>> QueryAsync<T>(Sql sql, Func<DbDataReader, T> read, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return await _session.QueryAsync(sql, read, ct);
        }
        finally
        {
            _turn.Release();
        }
    }

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct) => throw new NotSupportedException();

    public override async Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            _session.Run("begin immediate");
            var result = await work(_session);
            _session.Run("commit");
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    public override Task<T> InSnapshotAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) => InTransactionAsync(work, ct);

    public override ValueTask DisposeAsync()
    {
        _session.Dispose();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }
}
