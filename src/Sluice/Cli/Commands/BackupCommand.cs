using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sluice.Cli.Shared;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Postgres;
using Sluice.Engine.Storage.Setup;
using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Cli.Commands;

internal static class BackupCommand
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The backup file to write; it must not exist yet." };
        var (database, asJson) = (CommonOptions.Database(), CommonOptions.AsJson());
        var command = new Command("backup", "Copy a SQLite database to a file. Its server may keep running.") { file, database, asJson };
        command.SetAction(async (given, ct) =>
        {
            var (source, target) = (CommonOptions.DatabaseOr(given.GetValue(database), CommonOptions.DefaultFile), given.GetRequiredValue(file));
            await RequireAsync(source, target, ct);
            var written = await DatabaseAccess.ExplainFaultsAsync(source, () => RunAsync(source, target, ct));
            Output.Standard.WriteLine(given.GetValue(asJson)
                ? JsonSerializer.Serialize(written, CliJson.Default.WrittenBackup)
                : string.Create(CultureInfo.InvariantCulture, $"Wrote {target}, {written.Bytes / 1e6:N1} MB."));
            return ExitCode.Done;
        });
        return command.WithExamples("sluice backup /backups/sluice-2026-12-01.db");
    }

    private static async Task RequireAsync(string source, string target, CancellationToken ct)
    {
        if (PostgresDb.IsConnectionString(source))
        {
            throw new CliException("this command is for SQLite only. For PostgreSQL use pg_dump, or pg_basebackup with archived logs: see docs/operating.md.");
        }

        await DatabaseAccess.RequireExistingAsync(source, ct);
        if (File.Exists(target) || DatabasePath.FindFault(target, mayCreateFolder: false) is { })
        {
            throw new CliException(File.Exists(target) ? $"the file {target} already exists." : $"cannot write the backup: {DatabasePath.FindFault(target, mayCreateFolder: false)}");
        }
    }

    private static async Task<WrittenBackup> RunAsync(string source, string target, CancellationToken ct)
    {
        // Write under another name, and rename once everything is on disk: a file with the right name is always a complete backup.
        var part = target + ".part";
        File.Delete(part);
        try
        {
            PrivateFile.Create(part);
            await ProgressBar.RunAsync("Backup", new FileInfo(source).Length, bar => WriteAsync(source, part, bar, ct));
            using (var written = new FileStream(part, FileMode.Open, FileAccess.ReadWrite))
            {
                written.Flush(flushToDisk: true);
            }

            File.Move(part, target);
            return new WrittenBackup(Path.GetFullPath(target), new FileInfo(target).Length);
        }
        finally
        {
            File.Delete(part); // Of a failed backup.
        }
    }

    private static async Task<int> WriteAsync(string source, string part, IProgress<long> bar, CancellationToken ct)
    {
        await using var db = OpenDatabase.At(source);
        var writing = Task.Run(() => db.QueryAsync($"vacuum into {part}", _ => 0, ct), ct);
        while (await Task.WhenAny(writing, Task.Delay(Beat, TimeProvider.System, CancellationToken.None)) != writing)
        {
            bar.Report(File.Exists(part) ? new FileInfo(part).Length : 0);
        }

        return (await writing).Count;
    }
}

internal sealed record WrittenBackup(string File, long Bytes);
