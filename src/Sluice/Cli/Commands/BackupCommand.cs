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
        var file = new Argument<string>("file") { Description = "Where the backup goes; it must not be there yet." };
        var database = CommonOptions.Database();
        var command = new Command("backup", "Copy a SQLite database to a file, while it is served or not.") { file, database };
        command.SetAction((given, ct) => RunAsync(CommonOptions.DatabaseOr(given.GetValue(database), ServeCommand.DefaultFile), given.GetRequiredValue(file), ct));
        return command;
    }

    private static async Task<int> RunAsync(string source, string target, CancellationToken ct)
    {
        if (PostgresDb.Understands(source))
        {
            throw new CliException("PostgreSQL has tools of its own for this: pg_dump, or pg_basebackup with archived logs. See docs/operating.md.");
        }

        if (!File.Exists(source) || File.Exists(target))
        {
            throw new CliException(File.Exists(source) ? $"there is a file {target} already." : $"there is no file {source}.");
        }

        // Under another name until it is whole and on disk: what has the right name is a backup.
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
