using System.IO.Compression;
using System.Text.Json.Nodes;
using Npgsql;

namespace Sluice.Tests.Engine.Storage.Before;

/// <summary>
/// Opens a database that an older program made and checks that nothing is lost. The files beside this one were made on 2026-11-26 by the
/// commit before the engine was cut from the server: <c>sluice dev</c>, a limit of one mail a day, twelve assignments, nine days; then one
/// instance finished by hand, one unassigned by id and one paused. The JSON file has what <c>explain</c> said of the twelve.
/// </summary>
public sealed class UpgradedDatabaseTests
{
    [Theory, EveryDatabase]
    public async Task A_database_of_the_version_before_opens_and_tells_the_same_of_every_instance(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        await FillAsync(test, database);
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, Database = new TestDatabase(test.Connection, () => Task.CompletedTask) });
        var before = JsonNode.Parse(await File.ReadAllTextAsync(PathOf("explain.json")))!.AsArray();

        Assert.Equal(12, before.Count);
        foreach (var expected in before)
        {
            var actual = JsonNode.Parse(await app.Client.GetStringAsync($"/sluice/v1/flow-instances/{expected!["flowInstanceId"]}/explain"));
            Assert.Equal(Facts(expected), Facts(actual!));
        }
    }

    /// <summary>Everything but the sentences, whose wording may change.</summary>
    private static string Facts(JsonNode explained) => new JsonObject
    {
        ["status"] = explained["status"]?.DeepClone(),
        ["finishReason"] = explained["finishReason"]?.DeepClone(),
        ["step"] = $"{explained["step"]} of {explained["steps"]}",
        ["waitsFor"] = explained["waitsFor"]?.DeepClone(),
        ["nextAt"] = explained["nextAt"]?.DeepClone(),
        ["heldBy"] = string.Join(' ', explained["heldBy"]!.AsArray().Select(held => held!["rule"])),
        ["history"] = string.Join('\n', explained["history"]!.AsArray().Select(one => $"{one!["at"]} {Kind(one)} {one["by"]}")),
    }.ToJsonString();

    /// <summary>One event name for a removal: finishing by hand wrote another one then.</summary>
    private static string Kind(JsonNode one) => (string)one["type"]! is var kind && kind == "removed_manually" ? "removed" : kind;

    private static async Task FillAsync(TestDatabase test, Database database)
    {
        if (database == Database.Sqlite)
        {
            await using var file = File.Create(test.Connection);
            await using var content = Open("sqlite.gz");
            await content.CopyToAsync(file);
            return;
        }

        using var reader = new StreamReader(Open("postgres.sql.gz"));
        await using var connection = new NpgsqlConnection(test.Connection);
        await connection.OpenAsync();
#pragma warning disable CA2100 // The text is a file of this repository.
        await using var dump = new NpgsqlCommand(await reader.ReadToEndAsync(), connection);
#pragma warning restore CA2100
        await dump.ExecuteNonQueryAsync();
    }

    private static GZipStream Open(string name) => new(File.OpenRead(PathOf(name)), CompressionMode.Decompress);

    private static string PathOf(string name) => Repository.PathOf("tests", "Sluice.Tests", "Engine", "Storage", "Before", $"2026-11-26.{name}");
}
