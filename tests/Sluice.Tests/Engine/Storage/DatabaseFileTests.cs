using Sluice.Cli;
using Sluice.Cli.Shared;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Storage;

/// <summary>Tests the file of a SQLite database: who may read it, what happens if it is replaced, and that one server uses it alone.</summary>
public sealed class DatabaseFileTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Only_the_owner_may_read_the_files_of_the_database(Database database)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("On Windows the folder's permissions decide");
            return;
        }

        var temp = Directory.CreateTempSubdirectory("sluice_");
        var folder = Path.Combine(temp.FullName, "new");
        var place = new TestDatabase(Path.Combine(folder, "test.db"), () =>
        {
            temp.Delete(recursive: true);
            return Task.CompletedTask;
        });
        await using var app = await TestApp.StartAsync(database, new TestOptions { Database = place });
        await app.HasInstanceAsync("ada");
        Assert.Equal(0, await SluiceCommand.RunAsync(["backup", Path.Combine(folder, "backup.db"), "--database", app.Connection]));

        var files = Directory.GetFiles(folder);
        Assert.Superset(new HashSet<string?> { "test.db", "test.db-wal", "test.db-shm", "backup.db" }, files.Select(Path.GetFileName).ToHashSet());
        foreach (var file in files)
        {
            Assert.Equal((file, Owner), (file, File.GetUnixFileMode(file)));
        }

        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    /// <summary>Runs everything that writes a file beside a database, under the umask that most systems have.</summary>
    [Fact, Slow]
    public async Task Only_the_owner_may_read_any_file_that_the_program_makes()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("On Windows the folder's permissions decide");
            return;
        }

        var temp = Directory.CreateTempSubdirectory("sluice_");
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(temp.FullName, "data"), Owner | UnixFileMode.UserExecute).FullName;
            var file = Path.Combine(folder, "test.db");
            string[] before = ["env", $"TMPDIR={temp.FullName}", "DOTNET_EnableDiagnostics=0", "sh", "-c", "umask 022; exec \"$0\" \"$@\""];
            await using (var server = await SluiceProcess.StartWithAsync(before, "serve", "--database", file))
            await using (var dev = await SluiceProcess.StartWithAsync(before, "dev", "--ephemeral"))
            {
                foreach (var arguments in (string[][])[["backup", Path.Combine(folder, "backup.db"), "--database", file], ["companies", "create", "Acme", "--database", file]])
                {
                    await SluiceProcess.OutputAsync(arguments);
                }

                ShouldBePrivate(temp, "test.db", "test.db-wal", "test.db-shm", "test.db-lock", "backup.db", "dev.db", "dev.db-wal", "dev.db-shm", "dev.db-lock");
                await server.TerminateAsync();
            }

            await SluiceProcess.OutputAsync("migrate", "copy", "--from", file, "--to", Path.Combine(folder, "copy.db"));
            ShouldBePrivate(temp, "test.db", "test.db-lock", "copy.db", "copy.db-lock");
        }
        finally
        {
            temp.Delete(recursive: true);
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void ShouldBePrivate(DirectoryInfo folder, params string[] expected)
    {
        var files = folder.GetFiles("*", SearchOption.AllDirectories);
        Assert.Superset(expected.ToHashSet(), files.Select(file => file.Name).ToHashSet());
        Assert.All(files, file => Assert.Equal((file.Name, Owner), (file.Name, file.UnixFileMode)));
        Assert.All(folder.GetDirectories("*", SearchOption.AllDirectories), inner => Assert.Equal((inner.Name, Owner | UnixFileMode.UserExecute), (inner.Name, inner.UnixFileMode)));
    }

    /// <summary>The mistake of a person who restores a backup and forgets to stop the server first.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_server_whose_file_was_replaced_reports_it_and_does_not_touch_the_new_file(Database database)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let anybody move an open file");
        await using var app = await TestApp.StartAsync(database);
        var (kept, taken) = (app.Connection + "-backup", app.Connection + "-taken");
        var instance = await app.HasInstanceAsync("ada");
        Assert.Equal(0, await SluiceCommand.RunAsync(["backup", kept, "--database", app.Connection]));
        var backup = await File.ReadAllBytesAsync(kept, CancellationToken.None);

        File.Move(app.Connection, taken);
        File.Move(kept, app.Connection);
        for (var i = 0; i < 2; i++)
        {
            (await app.UnassignAsync(instance.Id)).ShouldRefuse(InternalServerError, "Internal server error occurred");
            (await app.ListAsync("ada")).ShouldRefuse(InternalServerError, "Internal server error occurred");
            (await app.GetAsync("/ready")).ShouldRefuse(ServiceUnavailable, "The database does not answer");
        }

        Assert.Contains(app.Logs.Lines, line => line.Contains("was moved, deleted or replaced while the server was running", StringComparison.Ordinal));
        Assert.Equal(backup, await File.ReadAllBytesAsync(app.Connection, CancellationToken.None));
        await app.RestartAsync(() =>
        {
            File.Move(app.Connection + "-wal", taken + "-wal"); // As docs/operating.md says: SQLite cannot see which file a log belongs to.
            File.Delete(app.Connection + "-shm");
            return Task.CompletedTask;
        });
        (await app.UnassignAsync(instance.Id)).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{instance.Id}}"] }""");
        await using var before = OpenDatabase.At(taken);
        foreach (var db in (Db[])[app.Db, before])
        {
            Assert.Equal(["ok"], await db.QueryAsync($"pragma integrity_check", row => row.GetString(0), CancellationToken.None));
        }

        Assert.Equal([1], await before.QueryAsync($"select count(*) from flow_instances where {InstanceStatuses.IsOpen()}", row => row.GetInt32(0), CancellationToken.None));
    }

    [Theory, OnlyOn(Database.Sqlite), Slow]
    public async Task A_second_server_does_not_start_on_the_same_file_under_another_name(Database database)
    {
        await using var place = await TestDatabase.CreateAsync(database);
        await using var server = await SluiceProcess.StartAsync("serve", "--database", place.Connection);
        var link = place.Connection + "-link";
        File.CreateSymbolicLink(link, place.Connection);
        using var error = new StringWriter();

        Assert.Equal(ExitCode.Failed, await SluiceCommand.RunAsync(["serve", "--port", "0", "--database", link], error: error).WaitAsync(TimeSpan.FromSeconds(20)));

        Assert.Contains("another sluice process uses", error.ToString(), StringComparison.Ordinal);
    }
}
