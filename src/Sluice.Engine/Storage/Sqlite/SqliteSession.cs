using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// One connection to the file. Keeps every statement that it has run prepared, because preparing costs three times as much as a look-up.
/// Used by one caller at a time. SQLite has no asynchronous I/O: the methods that return a task have finished when they return.
/// </summary>
internal sealed class SqliteSession : IDbSession, IDisposable
{
    /// <summary>Statement texts come from the code, so there are few; the limit guards against a programming mistake.</summary>
    private const int MaxPrepared = 512;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteStatement> _prepared = new(StringComparer.Ordinal);
    private readonly Dictionary<object, IDisposable> _lookUps = [];

    static SqliteSession()
    {
        // By default, SQLite locks around each call, so that threads may share a connection, and counts its memory under one lock for the
        // whole process. Here no threads share a connection, and nothing reads the count. Measured: both together cost a twentieth of the
        // CPU time of a listing of 100 prospects. SQLite accepts these settings only before the first connection of the process; later it
        // refuses them and keeps its defaults.
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    public SqliteSession(string path, bool isThrowaway = false)
        : this(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 10 })
    {
        try
        {
            // busy_timeout comes first, because the switch to WAL may itself wait for a lock. FULL: a commit that was answered survives a power cut.
            Run("pragma busy_timeout = 10000");
            Run("pragma journal_mode = wal");
            Run(isThrowaway ? "pragma synchronous = off" : "pragma synchronous = full");
            Run("pragma foreign_keys = on");
            // Zeros go over what is deleted, so that erased data is not in the file any more. They cost little: the page is written anyway.
            Run("pragma secure_delete = on");
            // SqliteCheckpointer makes the checkpoints beside the writer: inside a commit they halve the rows written per second. The log file is
            // truncated only if it is larger than usual under load, because the next commit waits for that: 0.3 s for a gigabyte.
            Run("pragma wal_autocheckpoint = 0");
            Run("pragma journal_size_limit = 536870912");
            Run("pragma mmap_size = 2147418112");
            Run("pragma cache_size = -16384");
            Run("pragma temp_store = memory");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    private SqliteSession(SqliteConnectionStringBuilder file)
    {
        _connection = new SqliteConnection(file.ToString());
        try
        {
            _connection.Open();
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public Dialect Dialect => Dialect.Sqlite;

    /// <summary>Number of rows that this connection has added, changed or removed so far.</summary>
    public int ChangedRows => raw.sqlite3_total_changes(_connection.Handle!);

    /// <summary>Whether a transaction has written events since the writer has set this to false.</summary>
    public bool HasEvents { get; set; }

    /// <summary>Whether the file is no longer at the path where it was opened. Nobody would find data that is written to it then.</summary>
    public bool HasMoved => SqliteNative.FileControl(_connection.Handle!.DangerousGetHandle(), 0, SqliteNative.HasMoved, out var moved) == raw.SQLITE_OK && moved != 0;

    /// <summary>
    /// Opens a file only to look at it: nothing is written, and no log is created beside it. If there is a log, its newest rows are read too; without one,
    /// the file is opened as one that never changes, because otherwise SQLite creates the log of a database that uses one, and leaves it behind.
    /// </summary>
    public static SqliteSession ReadOnly(string path) => new(new SqliteConnectionStringBuilder
    {
        DataSource = File.Exists($"{path}-wal") ? path : $"file://{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}?immutable=1",
        Mode = SqliteOpenMode.ReadOnly,
        Pooling = false,
        DefaultTimeout = 10,
    });

    public Task<List<T>> QueryAsync<T>(Sql sql, Func<DbDataReader, T> read, CancellationToken ct) =>
        Task.FromResult(Prepare(sql.Each is null ? sql.Text : throw new InvalidOperationException("A statement that runs for each row returns no rows.")).Query(sql.Values, read));

    public Task<int> ExecuteAsync(Sql sql, CancellationToken ct) => Task.FromResult(sql switch
    {
        { Each: var (rows, first) } => Prepare(sql.Text).ExecuteForEach(sql.Values, rows, first),
        { Values.Count: 0 } => RunScript(sql.Text),
        _ => Prepare(sql.Text).Execute(sql.Values),
    });

    public void AnnounceEvents() => HasEvents = true;

    public List<T> Find<T>(LookUp<T> lookUp, long companyId, ReadOnlySpan<byte> keys)
        where T : unmanaged
    {
        if (!_lookUps.TryGetValue(lookUp, out var prepared))
        {
            _lookUps.Add(lookUp, prepared = new SqliteLookUp<T>(_connection.Handle!, lookUp));
        }

        return ((SqliteLookUp<T>)prepared).Find(companyId, keys);
    }

    /// <summary>Runs one insert for each row. One for all rows, as <see cref="SqlTable"/> makes it, would write and parse them as JSON, which costs more than the insert.</summary>
    public Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct)
    {
        var names = string.Join(", ", rows.Columns.Select(column => column.Name));
        var values = string.Join(", ", rows.Columns.Select((_, at) => $"@p{at}"));
        Prepare($"insert into {table.Value} ({names}) values ({values})").ExecuteForEach([.. rows.Columns.Select(column => new SqlValue(column.Type, null))], rows, firstColumn: 0);
        return Task.CompletedTask;
    }

    /// <summary>Runs reads as of one moment. The end is a rollback, so that nothing is written whatever the work does. A connection whose work has failed must be closed.</summary>
    public T InSnapshot<T>(Func<IDbSession, Task<T>> work)
    {
        Run("begin");
        var result = work(this).GetAwaiter().GetResult();
        Run("rollback");
        return result;
    }

    /// <summary>Runs a query without parameters.</summary>
    public void Read(string text, Action<SqliteRow> read) => Prepare(text).ForEachRow([], read);

    /// <summary>Makes a checkpoint: copies the log's pages into the file, as far as no reader still needs the old pages. Never waits.</summary>
    /// <returns>Number of pages in the log.</returns>
    public long Checkpoint()
    {
        long pages = 0;
        Read("pragma wal_checkpoint(passive)", row => pages = row.GetInt64(1));
        return pages;
    }

    /// <summary>Makes a whole checkpoint and empties the log. Waits for readers and for the writer, up to the time-out for locks.</summary>
    /// <returns>False: somebody still used the log.</returns>
    public bool TruncateLog()
    {
        long isBusy = 1;
        Read("pragma wal_checkpoint(truncate)", row => isBusy = row.GetInt64(0));
        return isBusy == 0;
    }

    /// <summary>Runs a statement without parameters: transaction control or a pragma.</summary>
    public void Run(string text) => Prepare(text).Execute([]);

    public void Dispose()
    {
        DisposePrepared();
        foreach (var prepared in _lookUps.Values)
        {
            prepared.Dispose();
        }

        _connection.Dispose();
    }

    /// <summary>Runs one statement or, such as in a migration, several. Only a single one is kept.</summary>
    private int RunScript(string text)
    {
        if (FindOrPrepare(text, out var rest) is { } only)
        {
            return only.Execute([]);
        }

        var changed = 0;
        for (rest = text; !string.IsNullOrWhiteSpace(rest);)
        {
            using var one = SqliteStatement.Prepare(_connection.Handle!, rest, out rest);
            changed += one?.Execute([]) ?? 0;
        }

        return changed;
    }

    private SqliteStatement Prepare(string text) => FindOrPrepare(text, out var rest) ?? throw new InvalidOperationException($"More than one statement: {rest}");

    /// <returns>Null: the text has several statements, or none.</returns>
    private SqliteStatement? FindOrPrepare(string text, out string rest)
    {
        rest = "";
        if (_prepared.TryGetValue(text, out var kept))
        {
            return kept;
        }

        var prepared = SqliteStatement.Prepare(_connection.Handle!, text, out rest);
        if (prepared is null || !string.IsNullOrWhiteSpace(rest))
        {
            prepared?.Dispose();
            return null;
        }

        if (_prepared.Count == MaxPrepared)
        {
            DisposePrepared();
        }

        _prepared.Add(text, prepared);
        return prepared;
    }

    private void DisposePrepared()
    {
        foreach (var prepared in _prepared.Values)
        {
            prepared.Dispose();
        }

        _prepared.Clear();
    }
}
