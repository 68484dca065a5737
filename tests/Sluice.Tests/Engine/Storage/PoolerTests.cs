using System.Diagnostics;
using Npgsql;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Storage;

/// <summary>Runs the server behind PgBouncer in transaction mode: each transaction may use another connection to PostgreSQL.</summary>
[Slow]
public sealed class PoolerTests
{
    private const string Program = "/usr/sbin/pgbouncer";

    [Theory, OnlyOn(Database.Postgres)]
    public async Task Behind_a_pooler_in_transaction_mode_everything_works_as_without_it(Database database)
    {
        Assert.SkipWhen(!File.Exists(Program) && Environment.GetEnvironmentVariable("CI") is null, "There is no PgBouncer on this machine");
        var (_, behind) = await PostgresCluster.StartNewAsync();
        var folder = new NpgsqlConnectionStringBuilder(behind.Connection).Host!;
        using var pooler = await StartAsync(folder);
        var connection = $"Host={folder};Port=6432;Username=postgres;Database=postgres;Max Auto Prepare=0";
        try
        {
            await using var app = await TestApp.StartAsync(database, new TestOptions { Database = new TestDatabase(connection, () => Task.CompletedTask) });
            await app.CallEveryOperationAsync();
            var ids = await app.HasInstancesAsync(100);
            var replies = await Task.WhenAll(ids.Select(id => app.UnassignAsync(id)).Concat(ids.Select((_, i) => app.ListAsync($"p{i}"))));
            Assert.All(replies, reply => Assert.Equal(OK, reply.Status));
        }
        finally
        {
            pooler.Kill();
            await pooler.WaitForExitAsync();
            await behind.DisposeAsync();
        }
    }

    /// <summary>Starts PgBouncer with fewer connections than callers, so that callers get different connections.</summary>
    private static async Task<Process> StartAsync(string folder)
    {
        var settings = Path.Combine(folder, "pgbouncer.ini");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            postgres = host={folder} port=5432 user=postgres
            [pgbouncer]
            listen_port = 6432
            unix_socket_dir = {folder}
            auth_type = any
            pool_mode = transaction
            default_pool_size = 3
            logfile = {folder}/pgbouncer.log
            """);
        string[] command = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", Program, "-q", settings] : [Program, "-q", settings];
        var pooler = Process.Start(new ProcessStartInfo(command[0], command[1..]))!;
        await Eventually.UntilAsync(() => File.Exists(Path.Combine(folder, ".s.PGSQL.6432")) || pooler.HasExited);
        Assert.False(pooler.HasExited, "PgBouncer did not start");
        return pooler;
    }
}
