using System.Security.Cryptography;
using Npgsql;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Support;

/// <summary>An empty database of its own for one test: a file for SQLite, a schema for PostgreSQL.</summary>
internal sealed class TestDatabase(string connection, Func<Task> drop) : IAsyncDisposable
{
    public static readonly string? PostgresServer = Environment.GetEnvironmentVariable("SLUICE_TEST_POSTGRES") is { Length: > 0 } server ? server : null;

    private Db? _db;

    /// <summary>What <c>--database</c> would be given.</summary>
    public string Connection { get; } = connection;

    /// <summary>Opened when it is first asked for, and closed before the database goes.</summary>
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
        Assert.True(PostgresServer is not null, "SLUICE_TEST_POSTGRES is not set, and in CI nothing may be left out");
        await RunAsync($"create schema {name}");

        // A few connections each: many tests share the server.
        return new TestDatabase($"{PostgresServer};Search Path={name};Maximum Pool Size=16", () => RunAsync($"drop schema {name} cascade"));
    }

    private static async Task RunAsync(string sql)
    {
        await using var server = new NpgsqlConnection($"{PostgresServer};Pooling=false");
        await server.OpenAsync();
#pragma warning disable CA2100 // Our own words and random digits.
        await using var command = new NpgsqlCommand(sql, server);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
