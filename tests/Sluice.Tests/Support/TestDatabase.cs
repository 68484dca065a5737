using System.Security.Cryptography;
using Npgsql;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Support;

/// <summary>
/// A database for one test: a file of SQLite, or a database of the tests' PostgreSQL. Not a schema of a database that tests share: there, an open transaction
/// of one test would hold back the events of all others.
/// </summary>
internal sealed class TestDatabase(string connection, Func<Task> drop) : IAsyncDisposable
{
    public static readonly string? PostgresServer = Environment.GetEnvironmentVariable("SLUICE_TEST_POSTGRES") is { Length: > 0 } server ? server : null;

    /// <summary>
    /// Where a PgBouncer listens that keeps connections to <see cref="PostgresServer"/>; null: nowhere. To begin a connection costs PostgreSQL as much as a short
    /// test does, and each test begins five.
    /// </summary>
    private static readonly string? Pooler = Environment.GetEnvironmentVariable("SLUICE_TEST_POOLER") is { Length: > 0 } folder ? folder : null;

    private static readonly Lazy<Task<byte[]>> SqliteTemplate = new(MakeSqliteTemplateAsync);

    private Db? _db;

    /// <summary>The value for <c>--database</c>.</summary>
    public string Connection { get; } = connection;

    /// <summary>Opened at first use, and closed before the database is deleted.</summary>
    public Db Db => _db ??= OpenDatabase.At(Connection);

    /// <summary>Makes an empty database.</summary>
    public static Task<TestDatabase> CreateAsync(Database kind) =>
        kind == Database.Sqlite ? Task.FromResult(CreateSqlite()) : CreatePostgresAsync(template: "template1");

    /// <summary>Makes a database that has all tables already, and no rows of a test: a copy of one that is made once, or one that a test has left.</summary>
    /// <param name="isPooled">False: connections to it may begin with a <c>search_path</c>, as those of a sandbox do. PgBouncer takes one only since version 1.20.</param>
    public static async Task<TestDatabase> CreateWithTablesAsync(Database kind, bool isPooled = true)
    {
        if (kind == Database.Postgres)
        {
            return await PostgresPool.RentAsync(isPooled);
        }

        var made = CreateSqlite();
        await File.WriteAllBytesAsync(made.Connection, await SqliteTemplate.Value);
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        await (_db?.DisposeAsync() ?? ValueTask.CompletedTask);
        await drop();
    }

    private static TestDatabase CreateSqlite()
    {
        var folder = Directory.CreateTempSubdirectory(NewName());
        return new TestDatabase(Path.Combine(folder.FullName, "test.db"), () =>
        {
            folder.Delete(recursive: true);
            return Task.CompletedTask;
        });
    }

    public static async Task<TestDatabase> CreatePostgresAsync(string template)
    {
        var name = NewName();
        await RunAsync($"create database {name} template {template}");
        return new TestDatabase(ConnectionOf(name), () => DropPostgresAsync(name));
    }

    public static Task DropPostgresAsync(string name) => RunAsync($"drop database {name} with (force)");

    /// <summary>Only a few connections for each test, as many tests share the server.</summary>
    public static string ConnectionOf(string name) => new NpgsqlConnectionStringBuilder(PostgresServer) { Database = name, MaxPoolSize = 16 }.ConnectionString;

    /// <summary>For a database that many tests use, one after the other: they share the connections to it.</summary>
    public static string PooledConnectionOf(string name) =>
        Pooler is null ? ConnectionOf(name) : new NpgsqlConnectionStringBuilder(ConnectionOf(name)) { Host = Pooler }.ConnectionString;

    private static async Task<byte[]> MakeSqliteTemplateAsync()
    {
        await using var made = CreateSqlite();
        await AddTablesAsync(made);
        return await File.ReadAllBytesAsync(made.Connection);
    }

    /// <summary>Runs all migrations, and closes the database so that it can be copied.</summary>
    public static async Task AddTablesAsync(TestDatabase empty)
    {
        await using var db = OpenDatabase.At(empty.Connection);
        await Migrator.UpgradeAsync(db, new ManualClock(TestApp.Monday), CancellationToken.None);
    }

    public static string NewName() => $"sluice_{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

    public static async Task RunAsync(string sql)
    {
        Assert.True(PostgresServer is not null, "SLUICE_TEST_POSTGRES is not set, and CI must not skip tests");
        await using var server = new NpgsqlConnection($"{PostgresServer};Pooling=false");
        await server.OpenAsync();
#pragma warning disable CA2100 // The name contains only constants and random digits.
        await using var command = new NpgsqlCommand(sql, server);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
