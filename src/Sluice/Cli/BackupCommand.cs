using System.CommandLine;
using Sluice.Storage;

namespace Sluice.Cli;

internal static class BackupCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "Where the backup goes; it must not be there yet." };
        var database = CommonOptions.Database();
        var command = new Command("backup", "Write all of a SQLite database, as it is at one moment, to a file. The server may go on running.") { file, database };
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
        await using (var db = Db.Open(source))
        {
            await db.QueryAsync($"vacuum into {part}", _ => 0, ct);
        }

        using (var written = new FileStream(part, FileMode.Open, FileAccess.ReadWrite))
        {
            written.Flush(flushToDisk: true);
        }

        File.Move(part, target);
        return 0;
    }
}
