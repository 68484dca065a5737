using System.Diagnostics;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Support;

/// <summary>A PostgreSQL server that one test may stop and start. Unlike the server of <c>./test</c>, it keeps committed data when it is killed.</summary>
internal sealed class PostgresCluster
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice_pg_");
    private readonly string _programs;

    private PostgresCluster(string programs) => _programs = programs;

    /// <summary>The folder of the socket, as the value for <c>Host=</c>.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Whether the server runs or is starting. A server that ended with a full disk may leave its pid file, so the process counts too.</summary>
    public bool Runs => File.Exists(Path.Combine(Data, "postmaster.pid")) && Directory.Exists($"/proc/{File.ReadLines(Path.Combine(Data, "postmaster.pid")).First()}");

    private string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>Starts a new cluster with an empty database. Both are deleted with the app that uses the database.</summary>
    public static Task<(PostgresCluster Cluster, TestDatabase Database)> StartNewAsync() => InitializeAsync();

    /// <summary>Starts a new cluster that has only its write-ahead log on that disk.</summary>
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

    /// <summary>Starts a database with its tables on that disk. The write-ahead log is elsewhere: without room for it, the server would end.</summary>
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

    /// <summary>Adds a standby that follows this server and can be read. The caller deletes it.</summary>
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
        Assert.True(programs is not null, "There is no PostgreSQL on this machine to start a cluster with, and CI must not skip tests");
        return programs;
    }

    public Task StartAsync() => RunProgramAsync(
        "pg_ctl", "start", "--wait", "--silent", $"--log={_folder.FullName}/log", $"--options=-c listen_addresses= -c unix_socket_directories='{_folder.FullName}' -c fsync=off");

    /// <param name="politely">True stops it as a restart does: each connection is told. False stops it as a crash does: no connection is told.</param>
    public Task StopAsync(bool politely = false) => RunProgramAsync("pg_ctl", "stop", politely ? "--mode=fast" : "--mode=immediate", "--silent");

    private TestDatabase DatabaseOf(string name, Func<Task> drop) => new($"Host={_folder.FullName};Username=postgres;Database={name};Maximum Pool Size=16", drop);

    /// <summary>Gives the folder to the user postgres if the test runs as root, as PostgreSQL refuses to run as root.</summary>
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
        // The output is discarded: the server inherits the pipe, so reading the pipe to its end would wait until the server ends.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}");
    }
}
