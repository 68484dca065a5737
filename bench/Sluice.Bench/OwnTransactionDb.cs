using System.Data.Common;
using Sluice.Storage;

namespace Sluice.Bench;

/// <summary>
/// A SQLite file with one writing connection for which callers queue, and every piece of work a transaction of its own. The pragmas and
/// the prepared statements are the product's: only the grouping of commits is missing. A connection for each caller was
/// rejected as an opponent: SQLite lets them wait by sleeping, which costs four fifths of the rate.
/// </summary>
internal sealed class OwnTransactionDb(string path) : Db(Dialect.Sqlite)
{
    private readonly SqliteSession _session = new(path);
    private readonly SemaphoreSlim _turn = new(1);

    public override string Description => path;

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

    public override ValueTask DisposeAsync()
    {
        _session.Dispose();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }
}
