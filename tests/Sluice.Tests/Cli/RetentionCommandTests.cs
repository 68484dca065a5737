using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Tests.Cli;

/// <summary>The command takes the real time, and the clock of the test stands at the beginning of March 2026.</summary>
public sealed class RetentionCommandTests
{
    [Theory, EveryDatabase]
    public async Task What_is_old_is_counted_and_then_deleted(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (one, other) = (await app.HasInstanceAsync("ada"), await app.HasInstanceAsync("bob"));
        await app.UnassignAsync(one.Id, other.Id);
        await app.HasInstanceAsync("eve");

        var counted = await RunAsync(app, "--older-than", "200d", "--dry-run");
        Assert.Equal(new CliReply(ExitCode.Done, "Would delete 2 flow instances, 2 entries of the history.\n", ""), counted);
        Assert.Equal(3, await app.CountAsync("flow_instances"));

        var deleted = await RunAsync(app, "--older-than", "200d", "--json");
        Assert.Equal(
            """{"dryRun":false,"flowInstances":2,"events":2,"mails":0,"inboundMessages":0,"tasks":0,"bulkAssignments":0,"crmRequests":0,"daysOfCalls":0}""", JsonNode.Parse(deleted.Output)!.ToJsonString());
        Assert.Equal(new CliReply(ExitCode.Done, "Nothing is that old.\n", ""), await RunAsync(app, "--older-than", "200d"));
        Assert.Equal(1, await app.CountAsync("flow_instances"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_age_that_is_none_or_too_short_is_refused_and_deletes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var age in (string[])["29d", "soon", "0", "-400d", "9999999d"])
        {
            foreach (var reply in (CliReply[])[await RunAsync(app, $"--older-than={age}"), await CommandLine.RunAsync("serve", $"--keep-ended={age}", "--database", app.Connection)])
            {
                Assert.Equal((age, ExitCode.Usage), (age, reply.Code));
                Assert.Contains("takes an age from 30d to 36500d, such as 400d, not ", reply.Error, StringComparison.Ordinal);
            }
        }

        Assert.Equal(ExitCode.Usage, (await RunAsync(app)).Code);
    }

    private static Task<CliReply> RunAsync(TestApp app, params string[] args) => CommandLine.RunAsync(["retention", .. args, "--database", app.Connection]);
}
