using System.Collections.Concurrent;
using System.Data.Common;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>A SQLite file: one writer with group commit, reader connections beside it, and checkpoints in the background.</summary>
internal sealed class SqliteDb : Db
{
    private const int MaxTruncations = 6;

    private readonly SqliteFile _file;
    private readonly SqliteWriter _writer;
    private readonly ConcurrentStack<SqliteSession> _readers = new();
    private readonly SemaphoreSlim _mayRead = new(Math.Max(4, Environment.ProcessorCount * 2));
    private readonly SqliteCheckpointer _log;
#pragma warning disable CA1859 // It proposes KeptRows<T>, but T is unknown here.
    private IInMemoryIndex? _index;
#pragma warning restore CA1859

    /// <param name="path">The file; created if there is none.</param>
    /// <param name="isThrowaway">Whether nobody needs the data after a crash: then no commit waits for the disk.</param>
    public SqliteDb(string path, bool isThrowaway = false)
        : base(Dialect.Sqlite)
    {
        _file = new SqliteFile(Path.GetFullPath(path), isThrowaway);
        if (Path.GetDirectoryName(_file.Path) is { } folder)
        {
            PrivateFile.CreateFolder(folder);
        }

        PrivateFile.Create(_file.Path);
        _writer = new SqliteWriter(_file, NewEvents);
        _log = new SqliteCheckpointer(_file, _writer);
    }

    public override string Description => _file.Path;

    /// <summary>Number of rows in the in-memory index; null while look-ups read the file.</summary>
    public long? RowsInMemory => _index?.Count;

    public override Task<List<T>> QueryAsync<T>(Sql sql, Func<DbDataReader, T> read, CancellationToken ct) => RequestTransaction.Current?.Session is { } begun
        ? begun.QueryAsync(sql, read, ct)
        : ReadAsync((sql, read, ct), static (session, asked) => session.QueryAsync(asked.sql, asked.read, asked.ct).GetAwaiter().GetResult(), ct);

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct) =>
        _index is InMemoryIndex<T> kept && kept.LookUp == lookUp && kept.Find(companyId, keys.Span) is { } found
            ? Task.FromResult(found)
            : ReadAsync((lookUp, companyId, keys), static (session, asked) => session.Find(asked.lookUp, asked.companyId, asked.keys.Span), ct);

    /// <summary>Supports one look-up only, because only one runs often enough to be worth it.</summary>
    public override async Task KeepInMemoryAsync<T>(LookUp<T> lookUp, CancellationToken ct)
    {
        var kept = new InMemoryIndex<T>(lookUp, _file.Path, InMemoryIndex<T>.QuarterOfMemory);
        _index = kept;
        await _writer.KeepInMemoryAsync(kept, ct);
    }

    public override Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) =>
        RequestTransaction.Current is { } whole ? whole.JoinAsync(work, ct) : _writer.RunAsync(work, ct);

    public override Task<T> InSnapshotAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) =>
        RequestTransaction.Current?.Session is { } begun ? work(begun) : ReadAsync(work, static (session, work) => session.InSnapshot(work), ct);

    /// <summary>
    /// Empties the log beside the file: its old pages hold rows that were deleted since. In the file itself <c>secure_delete</c> has written zeros over them.
    /// The log can be emptied only while nobody reads from it, so this tries a few times; what a busy moment leaves, the next checkpoints write over.
    /// </summary>
    public override async Task ForgetDeletedAsync(CancellationToken ct)
    {
        using var session = _file.Open();
        for (var tries = 0; tries < MaxTruncations && !session.TruncateLog(); tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50 << tries), TimeProvider.System, ct);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await _writer.DisposeAsync();
        _index?.Dispose();
        while (_readers.TryPop(out var reader))
        {
            reader.Dispose();
        }

        _file.Dispose();
        _mayRead.Dispose();
    }

    private async Task<T> ReadAsync<TState, T>(TState asked, Func<SqliteSession, TState, T> read, CancellationToken ct)
    {
        await _mayRead.WaitAsync(ct);
        try
        {
            if (_file.HasMoved)
            {
                throw new FileMovedException(_file.Path);
            }

            if (!_readers.TryPop(out var session))
            {
                session = _file.Open();
            }

            try
            {
                var rows = read(session, asked);
                _readers.Push(session);
                return rows;
            }
            catch (Exception fault)
            {
                StorageMeter.Failed.Add(fault is DbException ? 1 : 0);

                // A connection that has failed once is not trusted again: after a full disk or a restored file it may hold stale pages.
                session.Dispose();
                throw;
            }
        }
        finally
        {
            _mayRead.Release();
        }
    }
}
