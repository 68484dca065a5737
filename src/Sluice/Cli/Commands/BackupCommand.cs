using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Shared;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Postgres;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Cli.Commands;

internal static class BackupCommand
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The backup file to write; it must not exist yet." };
        var database = CommonOptions.Database();
        var command = new Command("backup", "Copy a SQLite database to a file. Its server may keep running.") { file, database };
        command.SetAction((given, ct) => RunAsync(CommonOptions.DatabaseOr(given.GetValue(database), CommonOptions.DefaultFile), given.GetRequiredValue(file), ct));
        return command;
    }

    private static async Task<int> RunAsync(string source, string target, CancellationToken ct)
    {
        if (PostgresDb.IsConnectionString(source))
        {
            throw new CliException("this command is for SQLite only. For PostgreSQL use pg_dump, or pg_basebackup with archived logs: see docs/operating.md.");
        }

        if (!File.Exists(source) || File.Exists(target))
        {
            throw new CliException(File.Exists(source) ? $"the file {target} already exists." : $"there is no file {source}.");
        }

        // Write under another name, and rename once everything is on disk: a file with the right name is always a complete backup.
        var part = target + ".part";
        File.Delete(part);
        PrivateFile.Create(part);
        await ProgressBar.RunAsync("backup", new FileInfo(source).Length, bar => WriteAsync(source, part, bar, ct));
        using (var written = new FileStream(part, FileMode.Open, FileAccess.ReadWrite))
        {
            written.Flush(flushToDisk: true);
        }

        File.Move(part, target);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Wrote {target}, {new FileInfo(target).Length / 1e6:N1} MB."));
        return 0;
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
