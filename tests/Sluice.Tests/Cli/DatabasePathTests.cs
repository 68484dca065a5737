using Microsoft.Data.Sqlite;
using Sluice.Cli.Shared;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Cli;

/// <summary>A path that cannot be Sluice's database gets a sentence, before anything is created, changed or left behind.</summary>
public sealed class DatabasePathTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-path-").FullName;

    private static readonly string[][] Commands =
    [
        ["serve", "--port", "0"], ["dev", "--port", "0"], ["dev", "--port", "0", "--fresh"], ["companies", "create", "A"], ["companies", "list"], ["companies", "set", "A", "--cool-off-days", "1"],
        ["keys", "list"], ["keys", "create"], ["keys", "revoke", "slk_1"], ["seed", "demo"], ["seed", "load", "--instances", "1"], ["backup", "{backup}"],
        ["migrate", "copy", "--from", "{database}", "--to", "{backup}"],
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_that_is_no_database_is_left_alone()
    {
        var file = At("passwd");
        await File.WriteAllTextAsync(file, "root:x:0:0:root:/root:/bin/bash\n");

        await ShouldRefuseAsync(file, $"cannot use the database {file}: it is not a SQLite database.");
    }

    [Fact]
    public async Task A_directory_is_refused() => await ShouldRefuseAsync(Directory.CreateDirectory(At("folder")).FullName, "is a directory. Name a file in it, such as ");

    [Fact]
    public async Task A_path_below_a_file_is_refused()
    {
        await File.WriteAllTextAsync(At("file"), "");

        await ShouldRefuseAsync(At("file/sluice.db"), "is not a directory", ["keys", "list"]);
    }

    [Fact]
    public async Task A_missing_parent_is_refused_and_not_created() => await ShouldRefuseAsync(At("misspelt/sluice.db"), "there is no directory ");

    [Fact]
    public async Task A_device_and_a_pipe_are_refused_and_not_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files");
        await ShouldRefuseAsync("/dev/null", "/dev/null is not a file but a device, a pipe or a socket.");
        Assert.Empty(Directory.GetFiles("/dev", "null-*"));

        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", At("pipe"));
        await mkfifo.WaitForExitAsync();
        await ShouldRefuseAsync(At("pipe"), "is not a file but a device, a pipe or a socket.");
    }

    [Fact]
    public async Task A_link_is_followed_and_one_that_leads_nowhere_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there");
        await File.WriteAllTextAsync(At("text"), "no database");
        File.CreateSymbolicLink(At("to-text"), At("text"));
        File.CreateSymbolicLink(At("nowhere"), At("gone.db"));
        File.CreateSymbolicLink(At("loop"), At("loop"));

        await ShouldRefuseAsync(At("to-text"), "it is not a SQLite database");
        await ShouldRefuseAsync(At("nowhere"), "gone.db, and there is no such file.");
        await ShouldRefuseAsync(At("loop"), "is a link that leads to itself.");
    }

    [Fact]
    public async Task A_folder_where_nothing_can_be_created_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has /proc, where even root cannot create files");

        await ShouldRefuseAsync("/proc/sluice.db", "/proc", ["keys", "list"], ["companies", "list"]);
    }

    [Theory]
    [InlineData("create table customers (id integer primary key)", false)]
    [InlineData("create table customers (id integer primary key)", true)]
    [InlineData("create table schema_versions (number integer)", false)]
    [InlineData("create table schema_versions (name text, applied_at integer); insert into schema_versions values ('theirs_1', 1)", true)]
    public async Task The_database_of_another_program_is_not_touched(string sql, bool usesWriteAheadLog)
    {
        var file = At("theirs.db");
        Run(file, $"pragma journal_mode = {(usesWriteAheadLog ? "wal" : "delete")}; {sql}");

        await ShouldRefuseAsync(file, "is the database of another program: it has the tables ");
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_not_touched_but_dev_may_delete_it()
    {
        var file = await NewDatabaseAsync();
        Run(file, "insert into schema_versions values ('Sluice.Storage.Migrations.9999_later.sql', 1)");

        await ShouldRefuseAsync(file, "A newer version of Sluice has upgraded this database", except: "--fresh");
    }

    [Fact]
    public async Task A_damaged_database_is_named()
    {
        var file = await NewDatabaseAsync();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes.AsSpan(100, 2_000).Fill(0xff);
        await File.WriteAllBytesAsync(file, bytes);

        await ShouldRefuseAsync(file, $"cannot use the database {file}: it is damaged. Restore a backup", except: "--fresh");
    }

    [Fact]
    public async Task An_empty_file_is_a_database_only_to_commands_that_create_one()
    {
        await File.WriteAllTextAsync(At("empty.db"), "");

        await ShouldRefuseAsync(At("empty.db"), "empty", ["keys", "list"], ["companies", "list"], ["backup", "{backup}"], ["migrate", "copy", "--from", "{database}", "--to", "{backup}"]);
        Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("companies", "create", "A", "--database", At("empty.db"))).Code);
    }

    [Fact]
    public async Task A_list_without_entries_says_what_to_do()
    {
        var file = await NewDatabaseAsync();

        Assert.Equal(new CliReply(ExitCode.Done, "", "There is no company yet. Create one with: sluice companies create NAME\n"), await CommandLine.RunAsync("companies", "list", "--database", file));
        Assert.Equal(new CliReply(ExitCode.Done, "", "There is no key yet. Create one with: sluice keys create\n"), await CommandLine.RunAsync("keys", "list", "--database", file));
        Assert.Equal(new CliReply(ExitCode.Done, "[]\n", ""), await CommandLine.RunAsync("keys", "list", "--json", "--database", file));
    }

    [Fact]
    public async Task A_backup_to_an_impossible_place_leaves_nothing_behind()
    {
        var file = await NewDatabaseAsync();
        foreach (var (target, why) in new[] { (At("missing/backup.db"), "there is no directory"), (_folder, "is a directory"), ("/dev/null", "already exists") })
        {
            var before = Everything();
            var reply = await CommandLine.RunAsync("backup", target, "--database", file);
            Assert.Equal((ExitCode.Failed, true, before), (reply.Code, reply.Error.Contains(why, StringComparison.Ordinal), Everything()));
        }
    }

    [Fact]
    public async Task Fresh_deletes_only_a_database_of_sluice()
    {
        var file = At("letters.txt");
        await File.WriteAllTextAsync(file, "Dear Ada");

        Assert.Equal(ExitCode.Failed, (await CommandLine.RunAsync("dev", "--fresh", "--port", "0", "--database", file)).Code);

        Assert.Equal("Dear Ada", await File.ReadAllTextAsync(file));
    }

    private static void Run(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are those of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private async Task<string> NewDatabaseAsync()
    {
        var file = At("sluice.db");
        await using (var db = OpenDatabase.At(file))
        {
            await Migrator.UpgradeAsync(db, TimeProvider.System, CancellationToken.None);
        }

        return file;
    }

    private string At(string name) => Path.Combine(_folder, name);

    private Task ShouldRefuseAsync(string database, string why, params string[][] commands) => ShouldRefuseAsync(database, why, null, commands);

    /// <summary>Runs the commands, all if none is named, and expects the reason, and every file as it was.</summary>
    private async Task ShouldRefuseAsync(string database, string why, string? except, params string[][] commands)
    {
        foreach (var command in (commands.Length > 0 ? commands : Commands).Where(command => !command.Contains(except)))
        {
            var before = Everything();
            string[] args = [.. command.Select(word => word.Replace("{backup}", At("backup.db"), StringComparison.Ordinal).Replace("{database}", database, StringComparison.Ordinal)), .. command.Contains("--from") ? [] : new[] { "--database", database }];

            var reply = await CommandLine.RunAsync(args).WaitAsync(TimeSpan.FromSeconds(20));

            var isAsExpected = reply.Error.Contains(why, StringComparison.Ordinal) || (reply.Error.StartsWith("sluice: there is no ", StringComparison.Ordinal) && !File.Exists(database));
            Assert.True(isAsExpected && reply.Code == ExitCode.Failed && reply.Error.Count(letter => letter == '\n') == 1, $"{string.Join(' ', args)}: {reply}");
            Assert.Equal(before, Everything());
        }
    }

    /// <summary>All names below the folder, with what is in the files.</summary>
    private string Everything() => string.Join('\n', Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => new FileInfo(path) is { Exists: true, LinkTarget: null, Length: > 0 } ? $"{path} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}" : path));
}
