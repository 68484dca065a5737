using System.Data.Common;
using System.Text;
using System.Text.Json;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>An in-memory index as the writer of a SQLite file sees it: the writer calls these methods to keep it up to date.</summary>
internal interface IInMemoryIndex : IDisposable
{
    /// <summary>Number of rows in the index; null while look-ups must read the file.</summary>
    long? Count { get; }

    /// <summary>Called before a connection's first write. From now on the connection records its changes; the index is filled anew from the file.</summary>
    void StartTracking(SqliteSession writer);

    /// <summary>Called before a transaction commits. Reads the transaction's changes, but does not apply them to the index yet.</summary>
    void CollectChanges(SqliteSession writer);

    /// <summary>Called when the transaction is on disk, before any caller gets its answer. Applies the changes, so that look-ups find them.</summary>
    void ApplyChanges();

    /// <summary>
    /// Called when the connection is lost, so that nobody knows whether its last transaction is on disk. Look-ups read the file until a new
    /// connection is watched.
    /// </summary>
    void Invalidate();
}

/// <summary>
/// The in-memory index: keeps all rows that a <see cref="LookUp{T}"/> can find in the memory of the single server of a SQLite file. Between
/// a commit and its answer, a listing may still show the old rows; after the answer, never. All keys of one call are answered as of one moment.
/// </summary>
/// <param name="maxRows">With more rows than this, look-ups read the file.</param>
internal sealed class InMemoryIndex<T>(LookUp<T> lookUp, string path, long maxRows) : IInMemoryIndex
    where T : unmanaged
{
    /// <summary>
    /// Number of rows that fit into a quarter of the machine's memory, at 64 bytes for each row: somewhat more than a row of open flow instances takes with its
    /// share of free places.
    /// </summary>
    public static readonly long QuarterOfMemory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / 64;

    /// <summary>Maximum number of changes that wait while the file is read. With more, the reading starts again.</summary>
    private const int MaxWaiting = 1_000_000;

    /// <summary>How many keys are looked up together. Their hashes are on the stack.</summary>
    private const int KeysAtOnce = 128;

    private readonly IndexChangeTracker<T> _tracker = new(lookUp);
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly List<IndexChange<T>> _waiting = [];
    private List<IndexChange<T>> _read = [];
    private CancellationTokenSource? _filling;
    private Task _filled = Task.CompletedTask;
    private volatile IndexTable<T>? _table;

    public LookUp<T> LookUp => lookUp;

    public long? Count => _table?.Count;

    /// <returns>The rows; null if the caller must read the file.</returns>
    public List<T>? Find(long companyId, ReadOnlySpan<byte> keys)
    {
        if (_table is null)
        {
            return null;
        }

        _lock.EnterReadLock();
        try
        {
            return _table is { } table ? Find(table, companyId, keys) : null;
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    public void StartTracking(SqliteSession writer)
    {
        _tracker.StartTracking(writer);
        Fill();
    }

    public void CollectChanges(SqliteSession writer) => _read = _tracker.ReadChanges(writer);

    public void ApplyChanges()
    {
        if (_read.Count == 0)
        {
            return;
        }

        _lock.EnterWriteLock();
        try
        {
            if (_table is { } table)
            {
                Apply(table, _read);
                _table = table.Count > maxRows ? null : table;
            }
            else if (_filling is not null)
            {
                _waiting.AddRange(_read);
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }

        if (_waiting.Count > MaxWaiting)
        {
            Fill();
        }
    }

    public void Invalidate() => Stop();

    public void Dispose()
    {
        Stop();
        _filled.GetAwaiter().GetResult();
        _lock.Dispose();
    }

    private static List<T> Find(IndexTable<T> table, long companyId, ReadOnlySpan<byte> keys)
    {
        Span<UInt128> hashes = stackalloc UInt128[KeysAtOnce];
        var (found, first, count) = (new List<T>(), 0, 0);
        var reader = new Utf8JsonReader(keys);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                hashes[count++] = table.Hash(companyId, reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan);
                if (count == KeysAtOnce)
                {
                    table.Find(hashes, first, found);
                    (first, count) = (first + count, 0);
                }
            }
        }

        table.Find(hashes[..count], first, found);
        return found;
    }

    private static void Apply(IndexTable<T> table, List<IndexChange<T>> changes)
    {
        foreach (var change in changes)
        {
            if (change.Row is { } row)
            {
                table.Put(change.CompanyId, change.Key, row);
            }
            else
            {
                table.Remove(change.CompanyId, change.Key, change.Id);
            }
        }
    }

    /// <summary>Reads the file in the background, beside its writer. Changes that are written meanwhile wait, and are applied afterwards.</summary>
    private void Fill()
    {
        Stop();
        var filling = _filling = new CancellationTokenSource();
        var before = _filled;
        _filled = Task.Run(async () =>
        {
            await before;
            try
            {
                if (_tracker.ReadAll(path, maxRows, filling.Token) is { } table)
                {
                    Publish(table, filling);
                }
            }
            catch (Exception fault) when (fault is DbException or OperationCanceledException)
            {
                // The disk is full or broken. Look-ups read the file and get the error; the writer's next connection fills the index again.
            }
        });
    }

    private void Publish(IndexTable<T> table, CancellationTokenSource filling)
    {
        _lock.EnterWriteLock();
        try
        {
            if (_filling == filling)
            {
                Apply(table, _waiting);
                _waiting.Clear();
                (_table, _filling) = (table, null);
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    private void Stop()
    {
        _lock.EnterWriteLock();
        try
        {
            _filling?.Cancel();
            (_table, _filling) = (null, null);
            _waiting.Clear();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }
}
