using System.Security.Cryptography;
using Npgsql;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Support;

/// <summary>An empty database for one test: a file for SQLite, a schema for PostgreSQL.</summary>
internal sealed class TestDatabase(string connection, Func<Task> drop) : IAsyncDisposable
{
    public static readonly string? PostgresServer = Environment.GetEnvironmentVariable("SLUICE_TEST_POSTGRES") is { Length: > 0 } server ? server : null;

    private Db? _db;

    /// <summary>The value for <c>--database</c>.</summary>
    public string Connection { get; } = connection;

    /// <summary>Opened at first use, and closed before the database is deleted.</summary>
    public Db Db => _db ??= OpenDatabase.At(Connection);

    public static Task<TestDatabase> CreateAsync(Database kind)
    {
        var name = $"sluice_{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        return kind == Database.Sqlite ? Task.FromResult(CreateSqlite(name)) : CreatePostgresAsync(name);
    }

    public async ValueTask DisposeAsync()
    {
        await (_db?.DisposeAsync() ?? ValueTask.CompletedTask);
        await drop();
    }

    private static TestDatabase CreateSqlite(string name)
    {
        var folder = Directory.CreateTempSubdirectory(name);
        return new TestDatabase(Path.Combine(folder.FullName, "test.db"), () =>
        {
            folder.Delete(recursive: true);
            return Task.CompletedTask;
        });
    }

    private static async Task<TestDatabase> CreatePostgresAsync(string name)
    {
        Assert.True(PostgresServer is not null, "SLUICE_TEST_POSTGRES is not set, and CI must not skip tests");
        await RunAsync($"create schema {name}");

        // Only a few connections for each test, as many tests share the server.
        return new TestDatabase($"{PostgresServer};Search Path={name};Maximum Pool Size=16", () => RunAsync($"drop schema {name} cascade"));
    }

    private static async Task RunAsync(string sql)
    {
        await using var server = new NpgsqlConnection($"{PostgresServer};Pooling=false");
        await server.OpenAsync();
#pragma warning disable CA2100 // The name contains only constants and random digits.
        await using var command = new NpgsqlCommand(sql, server);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
