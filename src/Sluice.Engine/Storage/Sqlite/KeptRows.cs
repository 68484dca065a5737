using System.Data.Common;
using System.Text;
using System.Text.Json;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>What the writer of a SQLite file does for rows that are kept in memory.</summary>
internal interface IKept : IDisposable
{
    /// <summary>Null while the file has to be asked.</summary>
    long? Count { get; }

    /// <summary>Before the connection's first write: from here on it notes what it changes, and what is kept is read anew.</summary>
    void Watch(SqliteSession writer);

    /// <summary>At the end of a transaction, what it changed. Nothing is kept of it yet.</summary>
    void Read(SqliteSession writer);

    /// <summary>The transaction is on disk, and nobody has been told so: from here on its changes are found.</summary>
    void Keep();

    /// <summary>The connection is lost, and with it whether its last transaction is on disk. Until it is watched again, the file is asked.</summary>
    void Forget();
}

/// <summary>
/// What a <see cref="LookUp{T}"/> finds, kept in memory by the one server of a SQLite file. Between a commit and its answer a listing may
/// still show what was; after the answer, never. All keys of one call are answered as of one moment.
/// </summary>
/// <param name="maxRows">With more than these the file is asked.</param>
internal sealed class KeptRows<T>(LookUp<T> lookUp, string path, long maxRows) : IKept
    where T : unmanaged
{
    /// <summary>A quarter of the machine's memory, at 96 bytes a row with its part of free places, which is rather too much.</summary>
    public static readonly long QuarterOfMemory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / 96;

    /// <summary>What may change while the file is read; after more, it is read again.</summary>
    private const int MaxWaiting = 1_000_000;

    private readonly KeptFile<T> _file = new(lookUp);
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly List<KeptChange<T>> _waiting = [];
    private List<KeptChange<T>> _read = [];
    private CancellationTokenSource? _filling;
    private Task _filled = Task.CompletedTask;
    private volatile KeptTable<T>? _table;

    public LookUp<T> LookUp => lookUp;

    public long? Count => _table?.Count;

    /// <returns>Null where the file has to be asked.</returns>
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

    public void Watch(SqliteSession writer)
    {
        _file.Watch(writer);
        Fill();
    }

    public void Read(SqliteSession writer) => _read = _file.ReadChanges(writer);

    public void Keep()
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

    public void Forget() => Stop();

    public void Dispose()
    {
        Stop();
        _filled.GetAwaiter().GetResult();
        _lock.Dispose();
    }

    private static List<T> Find(KeptTable<T> table, long companyId, ReadOnlySpan<byte> keys)
    {
        var found = new List<T>();
        var position = 0;
        var reader = new Utf8JsonReader(keys);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                table.Find(companyId, reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan, position++, found);
            }
        }

        return found;
    }

    private static void Apply(KeptTable<T> table, List<KeptChange<T>> changes)
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

    /// <summary>Reads the file beside its writer. What is written meanwhile waits, and comes after.</summary>
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
                if (_file.ReadAll(path, maxRows, filling.Token) is { } table)
                {
                    Publish(table, filling);
                }
            }
            catch (Exception fault) when (fault is DbException or OperationCanceledException)
            {
                // A full or a broken disk: whoever asks the file is told. The next connection of the writer tries again.
            }
        });
    }

    private void Publish(KeptTable<T> table, CancellationTokenSource filling)
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
