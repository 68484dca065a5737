using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Postgres;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Cli.Shared;

/// <summary>Opens the database for a command, and says in plain words why it cannot be used.</summary>
internal static class DatabaseAccess
{
    private const int MaxTables = 3;

    /// <summary>
    /// Opens and migrates a server's database, and runs the work on it; the server may be running. A missing file is an error and is not created: after
    /// a typing mistake, or without the server's $SLUICE_DATABASE, the work would go into a new, empty database that no server uses.
    /// </summary>
    public static async Task<int> WithExistingAsync(string? database, Func<Db, Task> work, CancellationToken ct)
    {
        var where = CommonOptions.DatabaseOr(database, CommonOptions.DefaultFile);
        await RequireExistingAsync(where, ct);
        return await WithAsync(database, work, ct);
    }

    /// <summary>Does the same as <see cref="WithExistingAsync"/>, but creates a missing file.</summary>
    public static async Task<int> WithAsync(string? database, Func<Db, Task> work, CancellationToken ct)
    {
        var where = CommonOptions.DatabaseOr(database, CommonOptions.DefaultFile);
        await RequireUsableAsync(where, ct);
        return await ExplainFaultsAsync(where, async () =>
        {
            await using var db = OpenDatabase.At(where);
            await ProgressBar.WaitAsync("Preparing the database", MigrateAsync(db, ct), ct);
            await work(db);
            return ExitCode.Done;
        });
    }

    /// <summary>Does the same with a SQLite file locked: for changes that a running server would not see, as it keeps some rows in memory.</summary>
    public static async Task<int> WithLockedAsync(string? database, Func<Db, Task> work, CancellationToken ct)
    {
        var where = CommonOptions.DatabaseOr(database, CommonOptions.DefaultFile);
        await RequireUsableAsync(where, ct);
        using var alone = FileLock.TakeIfFile(where);
        return await WithAsync(database, work, ct);
    }

    /// <summary>Refuses a SQLite file that cannot be Sluice's database, before anything is created beside it. Asks nothing of PostgreSQL.</summary>
    public static async Task<SchemaState> RequireUsableAsync(string database, CancellationToken ct) => await InspectAsync(database, ct) switch
    {
        { State: SchemaState.Newer } => throw new NewerDatabaseException(),
        { State: SchemaState.UnfinishedCopy } => throw new UnfinishedCopyException(),
        var schema => schema.State,
    };

    /// <summary>Also refuses a file that is missing or empty.</summary>
    public static async Task RequireExistingAsync(string database, CancellationToken ct)
    {
        if (!PostgresDb.IsConnectionString(database) && (!HasFile(database) || await RequireUsableAsync(database, ct) == SchemaState.None))
        {
            throw new CliException($"there is no database {database}{(HasFile(database) ? ": that file is empty" : "")}. Name another one with --database or $SLUICE_DATABASE, or create this one with: sluice companies create");
        }
    }

    /// <summary>Refuses a SQLite file that is damaged or belongs to another program.</summary>
    public static Task<Schema> InspectAsync(string database, CancellationToken ct) => ExplainFaultsAsync(database, async () =>
    {
        var schema = PostgresDb.IsConnectionString(database)
            ? new Schema(SchemaState.Current)
            : await InspectDatabase.FileAsync(database, CommonOptions.IsInDataDirectory(database), ct);
        return schema.State != SchemaState.Foreign
            ? schema
            : throw new CliException(Output.ReplaceControlCharacters(
                $"{database} is the database of another program: it has the tables {string.Join(", ", schema.Tables.Take(MaxTables))}{(schema.Tables.Count > MaxTables ? ", …" : "")}. Name another file with --database."));
    });

    /// <summary>Names the database in its errors: a user who named none does not know which one is broken.</summary>
    public static async Task<T> ExplainFaultsAsync<T>(string database, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception fault) when (fault is not CliException && DatabaseFault.Describe(fault, database) is { } sentence)
        {
            throw new CliException(sentence);
        }
    }

    private static bool HasFile(string database) => File.Exists(database) || Directory.Exists(database);

    private static async Task<int> MigrateAsync(Db db, CancellationToken ct)
    {
        await Migrator.UpgradeAsync(db, TimeProvider.System, ct);
        return 0;
    }
}
