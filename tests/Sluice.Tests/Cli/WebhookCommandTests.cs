using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;

namespace Sluice.Tests.Cli;

public sealed class WebhookCommandTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_webhook_is_added_tested_changed_asked_and_dropped(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await using var receiver = await HookReceiver.StartAsync();
        var key = await app.HasKeyAsync([Scopes.Manage]);

        Assert.Contains("There is no webhook yet.", (await RunAsync("list")).Error, StringComparison.Ordinal);
        var added = JsonNode.Parse((await RunAsync("add", receiver.Url, "--types", "message.sent,task.created", "--ordered", "true", "--json")).Output)!;
        Assert.Equal("""["message.sent","task.created"]""", added["types"]!.ToJsonString());
        Assert.StartsWith("whsec_", (string?)added["secret"], StringComparison.Ordinal);
        var id = (string)added["id"]!;
        Assert.StartsWith("The endpoint answered 204 after", (await RunAsync("test", id)).Output, StringComparison.Ordinal);
        Assert.Equal("Changed.\n", (await RunAsync("change", id, "--types", "all", "--description", "Ours")).Output);
        Assert.Equal(ExitCode.Usage, (await RunAsync("change", id)).Code);
        Assert.Contains("Ours", (await RunAsync("show", id)).Output, StringComparison.Ordinal);
        Assert.Contains("whsec_", (await RunAsync("rotate-secret", id)).Output, StringComparison.Ordinal);

        receiver.AnswersWith(500);
        Assert.Equal((ExitCode.Failed, "The endpoint answered 500.\n"), await RunAsync("test", id) is var failed ? (failed.Code, failed.Output) : default);
        await app.HasEventAsync();
        await app.SendWebhooksAsync();
        Assert.Contains("The endpoint answered 500", (await RunAsync("deliveries", id, "--status", "waiting")).Output, StringComparison.Ordinal);
        Assert.Equal("1 event is sent again.\n", (await RunAsync("redeliver", id, "1")).Output);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("0 events are sent again.\n", (await RunAsync("redeliver", id, "--from", "2026-03-01T00:00:00Z")).Output);
        Assert.Equal(ExitCode.Usage, (await RunAsync("redeliver", id, "1", "--status", "failed")).Code);
        Assert.Equal("Removed.\n", (await RunAsync("drop", id)).Output);

        Task<CliReply> RunAsync(params string[] arguments) => CommandLine.RunAsync(["webhooks", .. arguments, "--base-url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret]);
    }
}
