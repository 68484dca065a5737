using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Prospects;

namespace Sluice.Tests.Cli;

public sealed class PrivacyCommandTests
{
    private const string Sam = "sam@mail.example";

    [Theory, EveryDatabase]
    public async Task The_data_of_an_address_is_shown(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("003", Sam, change: one => one with { FirstName = "Sam", LastName = "S", PhoneNumber = "+1 555 0100" });
        await app.HasInstanceAsync("003");

        var table = await RunAsync(app, "show", "SAM@mail.example");
        var json = await RunAsync(app, "show", "+1-555-0100", "--json");
        var nobody = await RunAsync(app, "show", "nobody@mail.example");

        Assert.Equal(ExitCode.Done, table.Code);
        Assert.Matches(@"003\s+CONTACT\s+Sam S\s+sam@mail.example\s+\+1 555 0100\n1 flow instance, 0 mails.\n$", table.Output);
        Assert.Equal(("+15550100", "003"), ((string?)JsonNode.Parse(json.Output)!["address"], (string?)JsonNode.Parse(json.Output)!["records"]![0]!["crmId"]));
        Assert.Equal((ExitCode.Done, "There is no record of nobody@mail.example.\n"), (nobody.Code, nobody.Error));
    }

    [Theory, EveryDatabase]
    public async Task An_address_is_erased_after_a_confirmation_and_then_there_is_nothing_left_to_erase(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("003", Sam);
        await app.HasInstanceAsync("003");
        await app.RestartAsync(async () =>
        {
            var asked = await CommandLine.RunProcessAsync(new Dictionary<string, string>(), "privacy", "erase", Sam, "--database", app.Connection);
            Assert.Equal(ExitCode.Failed, asked.Code);
            Assert.Contains($"This erases 1 record of {Sam} in \"Acme\"", asked.Error, StringComparison.Ordinal);
            Assert.Contains("nothing was erased. Answer yes, or pass --yes.", asked.Error, StringComparison.Ordinal);

            Assert.Equal(new CliReply(ExitCode.Done, "Erased 1 record, 1 flow instance, 0 mails, and 0 other rows. Backups made before still have them.\n", ""), await RunAsync(app, "erase", Sam, "--yes"));
            var again = await RunAsync(app, "erase", Sam, "--yes", "--json");
            Assert.Equal((ExitCode.NothingChanged, $"sluice: nothing changed: there is no data of {Sam}.\n"), (again.Code, again.Error));
        });

        Assert.Equal(0, await app.CountAsync("prospects"));
        await app.HasObjectsAsync("LEAD", $$"""{"objectId":"00Q","modifiedDate":"2026-01-02T00:00:00Z","emailAddress":"{{Sam}}"}""");
        Assert.Equal("Prospect opted out", (string?)(await app.AssignAsync(app.Tenant.Flow, "00Q")).Json["prospectsNotAssigned"]![0]!["errorMessage"]);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_running_server_erases_for_the_command(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("003", Sam);
        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection);
            var erased = await RunAsync(app, "erase", Sam, "--yes", "--json");
            Assert.Equal((ExitCode.Done, """{"records":1,"flowInstances":0,"messages":0,"others":0}"""), (erased.Code, erased.Output.Trim()));
        });

        Assert.Equal(0, await app.CountAsync("prospects"));
    }

    [Theory, EveryDatabase]
    public async Task More_than_fifty_records_need_yes_all(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await new ProspectStore(app.Db).AddAsync(
            [.. Enumerable.Range(0, 120).Select(i => Prospect.FromCrmId(app.Tenant.Id, app.NextId(), $"many{i}", app.Clock.GetUtcNow()) with { Email = Sam })], CancellationToken.None);
        await app.RestartAsync(async () =>
        {
            var refused = await RunAsync(app, "erase", Sam, "--yes");
            Assert.Equal(ExitCode.Refused, refused.Code);
            Assert.StartsWith("sluice: 120 records have this address, more than 50: ", refused.Error, StringComparison.Ordinal);
            Assert.StartsWith("Erased 120 records, ", (await RunAsync(app, "erase", Sam, "--yes-all")).Output, StringComparison.Ordinal);
        });

        Assert.Equal(0, await app.CountAsync("prospects"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task What_is_no_address_is_a_wrong_command_line(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        foreach (var text in (string[])["sam", "a b@c", "0555", ""])
        {
            Assert.Equal(ExitCode.Usage, (await RunAsync(app, "erase", text, "--yes")).Code);
        }
    }

    private static Task<CliReply> RunAsync(TestApp app, params string[] args) => CommandLine.RunAsync(["privacy", .. args, "--database", app.Connection]);
}
