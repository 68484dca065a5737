using System.Diagnostics;
using Sluice.Cli;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Engine.Storage;

/// <summary>
/// Takes a backup while eight clients write. The restored backup contains every write that was answered before the backup began, and each group
/// of writes completely or not at all.
/// </summary>
[Slow]
public sealed class BackupTests
{
    [Theory, EveryDatabase]
    public async Task A_restored_backup_holds_every_write_answered_before_it_began(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var load = await WriteLoad.OfAsync(app, groups: 1000);
        await using var restored = await TestDatabase.CreateAsync(database);
        var answeredBefore = load.Snapshot();

        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection);
            var running = load.RunAsync(server);
            await Eventually.UntilAsync(() => load.Answered > 100 || running.IsCompleted);
            answeredBefore = load.Snapshot();
            await (database == Database.Sqlite ? SqliteAsync(app.Connection, restored.Connection) : PostgresAsync(app.Connection, restored.Connection));
            Assert.False(running.IsCompleted, "The clients stopped writing before the backup was complete");
            await server.KillAsync();
            await running;
        });

        await using var copy = OpenDatabase.At(restored.Connection);
        await answeredBefore.VerifyAsync(on: copy);
        Assert.True(await Migrator.IsCurrentAsync(copy, CancellationToken.None));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_backup_overwrites_no_backup_and_ignores_the_unfinished_file_of_an_earlier_attempt(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var file = Path.Combine(Path.GetDirectoryName(app.Connection)!, "backup.db");
        await File.WriteAllTextAsync(file + ".part", "half", CancellationToken.None);

        Assert.Equal(0, await SluiceCommand.RunAsync(["backup", file, "--database", app.Connection]));
        var first = await File.ReadAllBytesAsync(file, CancellationToken.None);
        Assert.Equal(1, await SluiceCommand.RunAsync(["backup", file, "--database", app.Connection]));

        Assert.Equal(first, await File.ReadAllBytesAsync(file, CancellationToken.None));
        Assert.False(File.Exists(file + ".part"));
    }

    private static async Task SqliteAsync(string from, string to) => Assert.Equal(0, await SluiceCommand.RunAsync(["backup", to, "--database", from]));

    /// <summary>Dumps the database with pg_dump and restores it into the other one.</summary>
    private static async Task PostgresAsync(string from, string to)
    {
        using var shell = Process.Start(new ProcessStartInfo(
            "bash", ["-c", $"set -o pipefail; pg_dump {Arguments(from)} | psql {Arguments(to)} --quiet --set ON_ERROR_STOP=1 --output=/dev/null"]))!;
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }

    private static string Arguments(string connection)
    {
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(connection);
        return $"--host={settings.Host} --username={settings.Username} --dbname={settings.Database}";
    }
}
