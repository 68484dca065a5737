using System.CommandLine;
using System.Text.Json;
using Sluice.Cli.Shared;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Copy;
using Sluice.Engine.Storage.Postgres;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Cli.Commands;

internal static class MigrateCommand
{
    public static Command Create() => new Command("migrate", "Move data to another database.") { Copy() }.WithExamples("sluice migrate copy --from sluice.db");

    private static Command Copy()
    {
        var from = new Option<string>("--from") { Description = "The database to copy: a file path (SQLite), or a PostgreSQL connection string or URL. Stop its servers first.", HelpName = "where", Required = true };
        var to = new Option<string?>("--to") { Description = "The target, an empty database. Default: $SLUICE_DATABASE.", HelpName = "where" };
        var verify = new Option<bool>("--verify") { Description = "Copy nothing; compare the two databases table by table." };
        var asJson = CommonOptions.AsJson();
        var command = new Command("copy", "Copy everything into another database and compare the two. After an interruption, run it again: it continues where it stopped.") { from, to, verify, asJson };
        command.SetAction(async (given, ct) =>
        {
            var target = given.GetValue(to) ?? Environment.GetEnvironmentVariable("SLUICE_DATABASE") ?? throw new CliException("name the target database with --to or $SLUICE_DATABASE.", ExitCode.Usage);
            var copied = await RunAsync(given.GetRequiredValue(from), target, given.GetValue(verify), ct);
            Output.Table(
                given.GetValue(asJson),
                JsonSerializer.Serialize(copied, CliJson.Default.ListCopiedTable),
                "There is no table to copy.",
                ["table", "rows", "checksum"],
                copied.ConvertAll(table => (string[])[table.Name, $"{table.Rows}", table.Checksum]));
            return ExitCode.Done;
        });
        return command.WithExamples("sluice migrate copy --from sluice.db --to 'Host=db;Database=sluice;Username=sluice'");
    }

    private static async Task<List<CopiedTable>> RunAsync(string source, string target, bool verifyOnly, CancellationToken ct)
    {
        if (source.Length == 0 || target.Length == 0)
        {
            throw new CliException($"{(source.Length == 0 ? "--from" : "--to")} is empty: name a file or a connection string.", ExitCode.Usage);
        }

        if (Path.GetFullPath(source) == Path.GetFullPath(target))
        {
            throw new CliException("--from and --to are the same database.", ExitCode.Usage);
        }

        await RequireAsync(source, target, ct);
        using var ours = FileLock.TakeIfFile(source);
        using var theirs = FileLock.TakeIfFile(target);
        await using var from = OpenDatabase.At(source);
        await using var to = OpenDatabase.At(target);
        await DatabaseAccess.ExplainFaultsAsync(source, () => ProgressBar.WaitAsync("Preparing the source", PrepareAsync(from, isTarget: false, ct), ct));
        await DatabaseAccess.ExplainFaultsAsync(target, () => ProgressBar.WaitAsync("Preparing the target", PrepareAsync(to, isTarget: true, ct), ct));

        var read = 0L;
        IProgress<long>? bar = null;
        var copy = new CopyDatabase(from, to, NodeStore.ClearAsync, TimeProvider.System, rows => bar!.Report(read += rows));
        return await ProgressBar.RunAsync("Rows", await ProgressBar.WaitAsync("Counting the rows", copy.CountAsync(verifyOnly, ct), ct), progress =>
        {
            bar = progress;
            return verifyOnly ? copy.VerifyAsync(ct) : copy.RunAsync(ct);
        });
    }

    /// <summary>Refuses unusable files before the target is created.</summary>
    private static async Task RequireAsync(string source, string target, CancellationToken ct)
    {
        if (!PostgresDb.IsConnectionString(source) && (!Path.Exists(source) || await DatabaseAccess.RequireUsableAsync(source, ct) == SchemaState.None))
        {
            throw new CliException(Path.Exists(source) ? $"{source} is empty: there is nothing to copy." : $"there is no file {source}.");
        }

        if ((await DatabaseAccess.InspectAsync(target, ct)).State == SchemaState.Newer)
        {
            throw new NewerDatabaseException();
        }
    }

    /// <summary>Creates or upgrades the schema. A target with an unfinished copy has it already, and the migrator refuses to touch such a database.</summary>
    private static async Task<bool> PrepareAsync(Db db, bool isTarget, CancellationToken ct)
    {
        try
        {
            await Migrator.UpgradeAsync(db, TimeProvider.System, ct);
            return true;
        }
        catch (UnfinishedCopyException) when (isTarget)
        {
            return false; // The copy continues.
        }
    }
}
