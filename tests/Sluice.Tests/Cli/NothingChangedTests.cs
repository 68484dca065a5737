using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;

namespace Sluice.Tests.Cli;

/// <summary>A command that has changed nothing says so, says why, and does not end with 0.</summary>
public sealed class NothingChangedTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_event_without_effect_is_told_with_the_state_that_is_the_reason(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, OverKestrel = true });
        var id = WireId.Write((await app.HasInstanceAsync("ada")).Id);

        var without = await ManageAsync(app, "trigger", "ooo", "--instance", id);
        var paused = await ManageAsync(app, "trigger", "callback", "--instance", id);
        var again = await ManageAsync(app, "trigger", "callback", "--instance", id);
        var json = await ManageAsync(app, "trigger", "callback", "--instance", id, "--json");

        Assert.Equal((ExitCode.NothingChanged, ""), (without.Code, without.Output));
        Assert.StartsWith("sluice: nothing changed: An automatic reply without a readable return date changes nothing. The flow instance (Running): ", without.Error, StringComparison.Ordinal);
        Assert.Equal(new CliReply(ExitCode.Done, $"{id}: paused\n", ""), paused);
        Assert.StartsWith("sluice: nothing changed: It has no effect in the flow instance's current state. The flow instance (Paused): Paused since ", again.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.NothingChanged, "nothing"), (json.Code, (string?)JsonNode.Parse(json.Output)!["flowInstances"]![0]!["effect"]));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_clock_that_is_so_already_is_told(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, OverKestrel = true });

        Assert.Equal("sluice: nothing changed: the clock runs already.\n", (await ManageAsync(app, "clock", "run")).Error);
        Assert.Equal(ExitCode.Done, (await ManageAsync(app, "clock", "freeze")).Code);
        Assert.Equal((ExitCode.NothingChanged, "sluice: nothing changed: the clock is frozen already.\n"), await CodeAndErrorAsync(app, "clock", "freeze"));
        Assert.Equal(ExitCode.Done, (await ManageAsync(app, "clock", "set", "2026-12-24T09:00:00-08:00")).Code);
        Assert.Equal((ExitCode.NothingChanged, "sluice: nothing changed: the clock is frozen at that time already.\n"), await CodeAndErrorAsync(app, "clock", "set", "2026-12-24T17:00:00Z"));
        Assert.Equal("It is 2026-12-24T09:00:00-08:00, frozen.\n", (await ManageAsync(app, "clock", "show")).Output);
    }

    [Theory, EveryDatabase]
    public async Task A_key_that_is_revoked_already_is_told_from_one_that_does_not_exist(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var key = app.Tenant.Key.AccessKey;

        var first = await CommandLine.RunAsync("keys", "revoke", key, "--database", app.Connection);
        var second = await CommandLine.RunAsync("keys", "revoke", key, "--database", app.Connection);
        var unknown = await CommandLine.RunAsync("keys", "revoke", "slk_1", "--database", app.Connection);

        Assert.Equal(new CliReply(ExitCode.Done, "Revoked.\n", ""), first);
        Assert.Equal(ExitCode.NothingChanged, second.Code);
        Assert.Matches($"^sluice: nothing changed: the key {key} was revoked on [0-9-]{{10}} [0-9:]{{5}} UTC.\n$", second.Error);
        Assert.Equal((ExitCode.Failed, "sluice: there is no key slk_1; see: sluice keys list\n"), (unknown.Code, unknown.Error));
    }

    [Theory, EveryDatabase]
    public async Task Settings_that_a_company_has_already_are_told(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        string[] set = ["companies", "set", WireId.Write(app.Tenant.Id), "--cool-off-days", "30", "--database", app.Connection];

        var first = await CommandLine.RunAsync(set);
        var second = await CommandLine.RunAsync(set);

        Assert.Equal(ExitCode.Done, first.Code);
        Assert.Equal(ExitCode.NothingChanged, second.Code);
        Assert.EndsWith("has these settings already.\n", second.Error, StringComparison.Ordinal);
    }

    private static async Task<(int, string)> CodeAndErrorAsync(TestApp app, params string[] command) =>
        await ManageAsync(app, command) is var reply ? (reply.Code, reply.Error) : default;

    private static async Task<CliReply> ManageAsync(TestApp app, params string[] command)
    {
        var key = await app.HasKeyAsync(["sluice:manage"]);
        return await CommandLine.RunAsync([.. command, "--url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret]);
    }
}
