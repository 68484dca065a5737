using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Tests.Cli;

/// <summary><c>sluice apply</c>, <c>export</c> and <c>trigger</c>, each run in a process of its own, against a real <c>sluice dev</c>.</summary>
[Slow]
public sealed class FlowCommandTests
{
    private const string Flow = """
        kind: flow
        name: Two touches
        owner: test@test.com
        steps:
          - key: intro
            action: AUTO_SEND_EMAIL
            subject: 'Hello {{recipient.first_name}}'
            body: |
              <p>Hi</p>
              <p>Bye</p>
        """;

    [Fact]
    public async Task Flows_come_from_files_and_go_back_into_them()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral");
        var directory = Directory.CreateTempSubdirectory("sluice-flows").FullName;
        try
        {
            var (file, copy) = (Path.Combine(directory, "in", "two.yaml"), Path.Combine(directory, "out"));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, Flow.Replace("subject:", "subjekt:", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            var before = (await RunAsync(server, "export")).Output;

            var wrong = await RunAsync(server, "apply", file);
            Assert.Equal((ExitCode.Refused, ""), (wrong.Code, wrong.Output));
            Assert.Contains($"{file}:7:5: steps[0]: unknown field `subjekt`; did you mean `subject`?", wrong.Error, StringComparison.Ordinal);

            await File.WriteAllTextAsync(file, Flow, TestContext.Current.CancellationToken);
            var dry = await RunAsync(server, "apply", directory, "--dry-run");
            Assert.Equal((0, "+ flow Two touches"), (dry.Code, dry.Output.Split('\n')[0]));
            Assert.EndsWith("Dry run: nothing was changed. A real run would give: 1 created, 0 changed, 0 deleted.\n", dry.Output, StringComparison.Ordinal);
            Assert.Equal(before, (await RunAsync(server, "export")).Output);

            Assert.EndsWith("1 created, 0 changed, 0 deleted.\n", (await RunAsync(server, "apply", directory)).Output, StringComparison.Ordinal);
            var after = (await RunAsync(server, "export")).Output;
            Assert.Contains("Two touches", after, StringComparison.Ordinal);
            Assert.Equal(0, (await RunAsync(server, "export", copy)).Code);
            Assert.Equal("Nothing to change.\n", (await RunAsync(server, "apply", copy, "--prune")).Output);
            var none = await RunAsync(server, "apply", Directory.CreateDirectory(Path.Combine(directory, "empty")).FullName, "--prune");
            Assert.Equal((ExitCode.Failed, $"sluice: there is no flow, folder or ruleset in {Path.Combine(directory, "empty")}.\n"), (none.Code, none.Error));
            Assert.Equal(after, (await RunAsync(server, "export")).Output);

            var json = await RunAsync(server, "export", "--json");
            Assert.Equal(ExitCode.Done, json.Code);
            Assert.Contains(JsonNode.Parse(json.Output)!["documents"]!.AsArray(), document => (string?)document!["name"] == "Two touches");
            Assert.False(Directory.Exists("--json"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Events_of_prospects_can_be_triggered_by_hand()
    {
        const string id = "1234361284629356";
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral");
        foreach (var (arguments, code, said) in ((string[], int, string)[])
        [
            (["ooo"], ExitCode.NothingChanged, "sluice: nothing changed: An automatic reply without a readable return date changes nothing. The flow instance (Running): "),
            (["ooo", "--until", "2026-11-20"], ExitCode.Done, $"{id}: paused\n"),
            (["callback"], ExitCode.Done, $"{id}: paused\n"),
            (["callback"], ExitCode.NothingChanged, "sluice: nothing changed: It has no effect in the flow instance's current state. The flow instance (Paused): "),
            (["meeting"], ExitCode.Done, $"{id}: meeting_booked\n"),
            (["bounce"], ExitCode.Done, $"{id}: bounced\n"),
            (["unsubscribe"], ExitCode.Done, $"{id}: opted_out\n"),
        ])
        {
            var reply = await RunAsync(server, ["trigger", .. arguments, "--instance", id]);
            Assert.Equal(code, reply.Code);
            Assert.StartsWith(said, code == ExitCode.Done ? reply.Output : reply.Error, StringComparison.Ordinal);
        }

        var stranger = await RunAsync(server, "trigger", "reply", "--instance", id, "--token", "slt_1");
        Assert.Equal(ExitCode.Refused, stranger.Code);
        Assert.StartsWith("sluice: Validate credentials failed. Please check your credentials and try again. This needs a key with the scope sluice:manage", stranger.Error, StringComparison.Ordinal);
        var unknown = await RunAsync(server, "trigger", "reply", "--instance", "7");
        Assert.Equal((ExitCode.Refused, "sluice: Flow instance not found\n"), (unknown.Code, unknown.Error));
        Assert.NotEqual(0, (await RunAsync(server, "trigger", "smoke", "--instance", id)).Code);
    }

    private static Task<CliReply> RunAsync(SluiceProcess server, params string[] arguments) =>
        CommandLine.RunProcessAsync(new Dictionary<string, string>(), [.. arguments, "--url", server.Client.BaseAddress!.ToString()]);
}
