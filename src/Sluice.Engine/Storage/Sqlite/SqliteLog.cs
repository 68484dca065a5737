using System.Data.Common;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// Folds the write-ahead log of a SQLite file back into it, beside the writer instead of inside somebody's commit, and a piece at a time:
/// SQLite itself flushes the file only when no commit came between, which under load is when the log starts anew. That took 0.15 s, in which
/// the writer waited.
/// </summary>
internal sealed class SqliteLog : IAsyncDisposable
{
    /// <summary>256 MB. From then on it starts anew.</summary>
    private const long MaxPages = 65_536;

    private readonly SqliteFile _file;
    private readonly SqliteWriter _writer;
    private readonly PeriodicTimer _timer = new(TimeSpan.FromMilliseconds(100));
    private readonly Task _loop;
    private SqliteSession? _session;

    public SqliteLog(SqliteFile file, SqliteWriter writer)
    {
        (_file, _writer) = (file, writer);
        _loop = Task.Run(LoopAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _loop;
        _session?.Dispose();
    }

    private async Task LoopAsync()
    {
        long seen = 0;
        while (await _timer.WaitForNextTickAsync())
        {
            if (_writer.Commits != seen)
            {
                seen = _writer.Commits;
                Fold(seen);
            }
        }
    }

    /// <param name="commits">Of the writer, when this began.</param>
    private void Fold(long commits)
    {
        try
        {
            _session ??= _file.Open();
            var pages = _session.FoldLog();
            if (_writer.Commits != commits)
            {
                _file.Flush();
            }

            if (pages > MaxPages)
            {
                _writer.FoldLog();
            }
        }
        catch (Exception fault) when (fault is DbException or IOException or UnauthorizedAccessException)
        {
            // A full disk. The log keeps what it has; the next round tries again with a new connection.
            _session?.Dispose();
            _session = null;
        }
    }
}
