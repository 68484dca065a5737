using System.Data.Common;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// Checkpoints a SQLite file: copies the pages of its write-ahead log into the file. It runs beside the writer instead of inside a
/// request's commit, and flushes the file after each piece. SQLite itself flushes the file only if no commit happened during the
/// checkpoint; under load, that is only when the log restarts at its beginning. The flush then took 0.15 s, and the writer waited for it.
/// </summary>
internal sealed class SqliteCheckpointer : IAsyncDisposable
{
    /// <summary>256 MB. When the log is larger, the writer makes a last checkpoint itself, so that the log restarts at its beginning.</summary>
    private const long MaxPages = 65_536;

    private readonly SqliteFile _file;
    private readonly SqliteWriter _writer;
    private readonly PeriodicTimer _timer = new(TimeSpan.FromMilliseconds(100));
    private readonly Task _loop;
    private SqliteSession? _session;

    public SqliteCheckpointer(SqliteFile file, SqliteWriter writer)
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
                CheckpointOnce(seen);
            }
        }
    }

    /// <param name="commits">The writer's number of commits when this round began.</param>
    private void CheckpointOnce(long commits)
    {
        try
        {
            _session ??= _file.Open();
            var pages = _session.Checkpoint();
            if (_writer.Commits != commits)
            {
                _file.Flush();
            }

            if (pages > MaxPages)
            {
                _writer.RequestCheckpoint();
            }
        }
        catch (Exception fault) when (fault is DbException or IOException or UnauthorizedAccessException)
        {
            // Most likely the disk is full. The pages stay in the log; the next round tries again with a new connection.
            _session?.Dispose();
            _session = null;
        }
    }
}
