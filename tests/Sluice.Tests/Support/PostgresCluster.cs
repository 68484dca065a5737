using System.Diagnostics;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Support;

/// <summary>A PostgreSQL server of a test's own, which it may stop and start. Unlike that of <c>./test</c> it keeps what it has committed.</summary>
internal sealed class PostgresCluster
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice_pg_");
    private readonly string _programs;

    private PostgresCluster(string programs) => _programs = programs;

    /// <summary>That of its socket: what <c>Host=</c> is given.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Whether it is up, or trying to be. Where it ended for want of room, its file of that name may be there still.</summary>
    public bool Runs => File.Exists(Path.Combine(Data, "postmaster.pid")) && Directory.Exists($"/proc/{File.ReadLines(Path.Combine(Data, "postmaster.pid")).First()}");

    private string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>An empty database on a new cluster; both are gone with the app that is given it.</summary>
    public static Task<(PostgresCluster Cluster, TestDatabase Database)> StartNewAsync() => InitializeAsync();

    /// <summary>One whose log, and nothing else, is on that disk.</summary>
    public static async Task<(PostgresCluster Cluster, TestDatabase Database)> StartNewLoggingOnAsync(SmallDisk disk)
    {
        await TakeOverAsync(disk.Folder);
        var (cluster, whole) = await InitializeAsync($"--waldir={Path.Combine(disk.Folder, "log")}");
        return (cluster, cluster.DatabaseOf("postgres", async () =>
        {
            await whole.DisposeAsync();
            disk.Unmount();
        }));
    }

    /// <summary>A database whose tables are on that disk. The server's log is elsewhere: where there is no room for it, the server ends.</summary>
    public static async Task<TestDatabase> StartNewOnAsync(SmallDisk disk)
    {
        var (cluster, whole) = await StartNewAsync();
        await TakeOverAsync(disk.Folder);
        await using (var server = OpenDatabase.At(whole.Connection))
        {
            await server.QueryAsync($"create tablespace small location '{new SqlText(disk.Folder)}'", _ => 0, CancellationToken.None);
            await server.QueryAsync($"create database small tablespace small", _ => 0, CancellationToken.None);
        }

        return cluster.DatabaseOf("small", async () =>
        {
            await whole.DisposeAsync();
            disk.Unmount();
        });
    }

    /// <summary>Follows this one, and may be read. It is gone when the caller says so.</summary>
    public async Task<(PostgresCluster Standby, TestDatabase Database)> AddStandbyAsync()
    {
        var standby = new PostgresCluster(_programs);
        await TakeOverAsync(standby._folder.FullName);
        await standby.RunProgramAsync("pg_basebackup", $"--host={_folder.FullName}", "--username=postgres", "--write-recovery-conf", "--checkpoint=fast", "--no-sync");
        await standby.StartAsync();
        return (standby, standby.DatabaseOf("postgres", standby.DropAsync));
    }

    private static async Task<(PostgresCluster Cluster, TestDatabase Database)> InitializeAsync(params string[] options)
    {
        var cluster = new PostgresCluster(FindPrograms());
        await TakeOverAsync(cluster._folder.FullName);
        await cluster.RunProgramAsync("initdb", ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", .. options]);
        await cluster.StartAsync();
        return (cluster, cluster.DatabaseOf("postgres", cluster.DropAsync));
    }

    private static string FindPrograms()
    {
        var programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Order(StringComparer.Ordinal).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
            : null;
        Assert.SkipWhen(programs is null && Environment.GetEnvironmentVariable("CI") is null, "There is no PostgreSQL on this machine to start a cluster with");
        Assert.True(programs is not null, "There is no PostgreSQL to start a cluster with, and in CI nothing may be left out");
        return programs;
    }

    public Task StartAsync() => RunProgramAsync(
        "pg_ctl", "start", "--wait", "--silent", $"--log={_folder.FullName}/log", $"--options=-c listen_addresses= -c unix_socket_directories='{_folder.FullName}' -c fsync=off");

    /// <param name="politely">As a restart does it: each connection is told. Else as a crash does it, with no good-bye to anybody.</param>
    public Task StopAsync(bool politely = false) => RunProgramAsync("pg_ctl", "stop", politely ? "--mode=fast" : "--mode=immediate", "--silent");

    private TestDatabase DatabaseOf(string name, Func<Task> drop) => new($"Host={_folder.FullName};Username=postgres;Database={name};Maximum Pool Size=16", drop);

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static Task TakeOverAsync(string folder) => Environment.IsPrivilegedProcess ? RunAsync("chown", "postgres", folder) : Task.CompletedTask;

    private async Task DropAsync()
    {
        if (Runs)
        {
            await StopAsync();
        }

        _folder.Delete(recursive: true);
    }

    private Task RunProgramAsync(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(_programs, program), .. arguments, $"--pgdata={Data}"];
        return Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", "postgres", "--", .. command]) : RunAsync(command[0], command[1..]);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // Its output goes nowhere: the server inherits the pipe, and reading it to its end would wait for the server to end.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}");
    }
}
