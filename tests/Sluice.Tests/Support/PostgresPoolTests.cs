using Npgsql;

namespace Sluice.Tests.Support;

/// <summary>A pool whose databases cannot be emptied makes a new one for each test: nothing fails, but a run takes minutes longer.</summary>
public sealed class PostgresPoolTests
{
    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_database_that_a_test_has_used_is_emptied_and_kept(Database database)
    {
        var app = await TestApp.StartAsync(database);
        var name = new NpgsqlConnectionStringBuilder(app.Connection).Database;
        await app.HasInstanceAsync("ada");
        await app.DisposeAsync();

        await using var server = Sluice.Engine.Storage.Setup.OpenDatabase.At(TestDatabase.PostgresServer!);
        Assert.Equal([1], await server.QueryAsync($"select 1 from pg_database where datname = {name}", row => row.GetInt32(0), CancellationToken.None));
    }
}
