using System.CommandLine;
using System.Data.Common;
using System.Net;
using Sluice.Cli.Commands;
using Sluice.Engine.Primitives;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Postgres;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Cli.Shared;

/// <summary>What several verbs take, and how a verb gets at the database.</summary>
internal static class CommonOptions
{
    public static Option<string?> Database(string otherwise = "$SLUICE_DATABASE, else a file under your data directory") => new("--database", "-d")
    {
        Description = $"A file's path (SQLite), or a PostgreSQL connection string or URL. Else {otherwise}.",
        HelpName = "where",
    };

    public static Option<bool> AsJson() => new("--json") { Description = "Print JSON, for scripts." };

    /// <param name="given">What <c>--database</c> says, if anything.</param>
    /// <param name="file">The file's name where nobody says anything.</param>
    public static string DatabaseOr(string? given, string file) =>
        given ?? Environment.GetEnvironmentVariable("SLUICE_DATABASE") ?? DataFile(file);

    /// <returns>The path of a file in the user's data directory.</returns>
    public static string DataFile(string file) => Path.Combine(DataDirectory(), file);

    public static List<string> Split(string[]? given) =>
        [.. (given ?? []).SelectMany(one => one.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];

    public static List<string> ReadNetworks(string option, string[]? given)
    {
        var networks = Split(given);
        return networks.Find(network => !IPNetwork.TryParse(network, out _)) is { } wrong
            ? throw new CliException($"{option} takes CIDR such as 10.1.0.0/16, not {wrong}.", ExitCode.Usage)
            : networks;
    }

    /// <summary>
    /// Opens, migrates, and runs the work on the database of a server, which may be running meanwhile. A file that is not there is not made: after a
    /// slip of the pen, or without the server's $SLUICE_DATABASE, it would be an empty one that nobody serves.
    /// </summary>
    public static Task<int> OnDatabaseAsync(string? database, Func<Db, Task> work, CancellationToken ct)
    {
        var where = DatabaseOr(database, ServeCommand.DefaultFile);
        return PostgresDb.Understands(where) || File.Exists(where)
            ? OnAnyDatabaseAsync(database, work, ct)
            : throw new CliException($"there is no database {where}. Is it another one (--database, $SLUICE_DATABASE)? One is made by: sluice serve, sluice companies create");
    }

    /// <summary>The same, and a file that is not there is made.</summary>
    public static async Task<int> OnAnyDatabaseAsync(string? database, Func<Db, Task> work, CancellationToken ct)
    {
        var where = DatabaseOr(database, ServeCommand.DefaultFile);
        await using var db = OpenDatabase.At(where);
        await NamingAsync(where, async () =>
        {
            await Migrator.UpgradeAsync(db, TimeProvider.System, ct);
            return db;
        });
        await work(db);
        return 0;
    }

    /// <summary>Who did not name the file does not know which one is broken. Of a server the fault's own words tell the host; a connection string may have a password in it.</summary>
    public static async Task<T> NamingAsync<T>(string database, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException fault) when (!PostgresDb.Understands(database))
        {
            throw new CliException($"the database {database} cannot be used: {fault.Message}");
        }
    }

    /// <summary>The same with a SQLite file to itself: for what a server must not miss, as it keeps some of it in memory.</summary>
    public static async Task<int> OnDatabaseAloneAsync(string? database, Func<Db, Task> work, CancellationToken ct)
    {
        using var alone = FileLock.TakeIfFile(DatabaseOr(database, ServeCommand.DefaultFile));
        return await OnAnyDatabaseAsync(database, work, ct);
    }

    /// <summary>As it was called, in what is meant for pasting: <c>./sluice</c> says who it is.</summary>
    public static string Program => Environment.GetEnvironmentVariable("SLUICE_PROGRAM") ?? "sluice";

    /// <returns>What the next command has to say to find the same database. A connection string may have a password in it, and is not repeated.</returns>
    public static string Again(string database) => database == DatabaseOr(null, ServeCommand.DefaultFile) ? ""
        : PostgresDb.Understands(database) ? " --database …"
        : $" --database {Quoted(database)}";

    /// <summary>For a shell to paste into: what is in a name is no command.</summary>
    public static string Quoted(string text) => text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:".Contains(letter, StringComparison.Ordinal))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>
    /// Beside servers and other verbs, each of which has its own. A verb may take longer than the minute its ids are of, and it has no lease to
    /// renew: its clock stands still, so that it has all 245 million of that minute. Seeding 10 M instances ran out of them with one that goes.
    /// </summary>
    public static async Task<IdMaker> TakeIdsAsync(Db db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return new IdMaker(new Still(now)) { Range = await new NodeStore(db).TakeAsync(now, ct) };
    }

    private static string DataDirectory()
    {
        var user = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(user.Length > 0 ? user : Path.GetTempPath(), "sluice");
    }

    private sealed class Still(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
