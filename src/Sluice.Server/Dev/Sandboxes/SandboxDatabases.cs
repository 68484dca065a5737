using System.Globalization;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Copy;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Server.Dev.Sandboxes;

/// <summary>
/// Makes and drops the databases of sandboxes. An image is a SQLite file, whatever the databases are, so that images of both can be compared and kept.
/// </summary>
internal abstract class SandboxDatabases : IAsyncDisposable
{
    /// <summary>Made when the first file is: a <c>sluice dev</c> without sandboxes writes nothing there.</summary>
    private readonly Lazy<string> _folder = new(() => Directory.CreateTempSubdirectory("sluice-sandboxes-").FullName);

    private long _last;

    /// <summary>How many sandboxes there may be at once.</summary>
    public abstract Task<int> FindLimitAsync(CancellationToken ct);

    /// <summary>Makes a database with the rows of an image.</summary>
    public abstract Task<Db> CreateAsync(string image, CancellationToken ct);

    /// <summary>Writes all rows into a new image.</summary>
    public abstract Task WriteImageAsync(Db db, string image, CancellationToken ct);

    /// <summary>Closes a database and deletes what is left of it.</summary>
    public abstract Task DropAsync(Db db);

    /// <summary>Reads an image. Works on a copy of it: to open a file changes it.</summary>
    public async Task<T> ReadImageAsync<T>(string image, Func<Db, Task<T>> read)
    {
        var file = NewFile();
        File.Copy(image, file);
        try
        {
            await using var db = OpenDatabase.Throwaway(file);
            return await read(db);
        }
        finally
        {
            DeleteFile(file);
        }
    }

    /// <summary>Names a new file in the folder of this process.</summary>
    public string NewFile() => Path.Combine(_folder.Value, string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _last)}.db"));

    public static void DeleteFile(string file)
    {
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(file + suffix);
        }
    }

    public virtual ValueTask DisposeAsync()
    {
        if (_folder.IsValueCreated)
        {
            Directory.Delete(_folder.Value, recursive: true);
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>One SQLite file for each sandbox. Nothing is flushed to disk: a sandbox does not outlive its process.</summary>
internal sealed class SqliteSandboxes : SandboxDatabases
{
    /// <summary>Each one costs a thread and some megabytes of memory.</summary>
    private const int Limit = 500;

    public override Task<int> FindLimitAsync(CancellationToken ct) => Task.FromResult(Limit);

    public override Task<Db> CreateAsync(string image, CancellationToken ct)
    {
        var file = NewFile();
        File.Copy(image, file);
        return Task.FromResult(OpenDatabase.Throwaway(file));
    }

    public override Task WriteImageAsync(Db db, string image, CancellationToken ct) => db.QueryAsync($"vacuum into {image}", _ => 0, ct);

    public override async Task DropAsync(Db db)
    {
        await db.DisposeAsync();
        DeleteFile(db.Description);
    }
}

/// <summary>One schema for each sandbox, in the database of <c>sluice dev</c>.</summary>
internal sealed class PostgresSandboxes(string connection, Db main) : SandboxDatabases
{
    private const string Prefix = "sluice_sandbox_";

    /// <summary>Connections that are left to the rest of the server, and to other programs.</summary>
    private const int Spared = 50;

    private readonly Dictionary<Db, string> _schemas = [];
    private readonly Lock _lock = new();

    public override async Task<int> FindLimitAsync(CancellationToken ct)
    {
        var connections = (await main.QueryAsync($"select setting::integer as most from pg_settings where name = 'max_connections'", row => row.Int("most"), ct)).Single();
        return Math.Max(1, (connections - Spared) / Engine.Storage.Postgres.PostgresSettings.SmallPool);
    }

    public override async Task<Db> CreateAsync(string image, CancellationToken ct)
    {
        var schema = $"{Prefix}{RequestId.New()}";
        await main.ExecuteAsync($"create schema {new SqlText(schema)}", ct);
        var db = OpenDatabase.InSchema(connection, schema);
        lock (_lock)
        {
            _schemas.Add(db, schema);
        }

        await Migrator.UpgradeAsync(db, TimeProvider.System, ct);
        await ReadImageAsync(image, async rows =>
        {
            await CopyRows.RunAsync(rows, db, ct);
            return 0;
        });
        return db;
    }

    public override async Task WriteImageAsync(Db db, string image, CancellationToken ct)
    {
        await using var rows = OpenDatabase.Throwaway(image);
        await Migrator.UpgradeAsync(rows, TimeProvider.System, ct);
        await CopyRows.RunAsync(db, rows, ct);
        await rows.ForgetDeletedAsync(ct); // Everything is in the file itself then, and a copy of it is whole.
    }

    public override async Task DropAsync(Db db)
    {
        string? schema;
        lock (_lock)
        {
            _schemas.Remove(db, out schema);
        }

        await db.DisposeAsync();
        await main.ExecuteAsync($"drop schema if exists {new SqlText(schema!)} cascade", CancellationToken.None);
    }
}
