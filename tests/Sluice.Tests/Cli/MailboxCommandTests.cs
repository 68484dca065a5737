using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;

namespace Sluice.Tests.Cli;

public sealed class MailboxCommandTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_mailbox_is_added_listed_paused_and_removed(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var key = await app.HasKeyAsync([Scopes.Manage]);
        string[] at = ["--base-url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret];

        var added = JsonNode.Parse((await RunAsync("add", "ada@example.com", "--smtp", "smtp://mail.example.com", "--imap", "imaps://mail.example.com:10993", "--json")).Output)!;
        Assert.Equal("""{"host":"mail.example.com","port":587,"tls":"starttls"}""", added["smtp"]!.ToJsonString());
        Assert.Equal("""{"host":"mail.example.com","port":10993,"tls":"implicit"}""", added["imap"]!.ToJsonString());
        var id = (string)added["id"]!;
        Assert.Contains("ada@example.com", (await RunAsync("list")).Output, StringComparison.Ordinal);
        Assert.Equal($"Mailbox {id} is paused.\n", (await RunAsync("pause", id)).Output);
        Assert.Equal($"Mailbox {id} is active.\n", (await RunAsync("resume", id)).Output);
        Assert.Equal("Removed.\n", (await RunAsync("remove", id)).Output);

        var byToken = await RunAsync("add", "eve@example.com", "--provider", "microsoft", "--oauth-client", "client", "--json");
        Assert.Equal("oauth", (string?)JsonNode.Parse(byToken.Output)!["logsInBy"]);
        await RunAsync("remove", (string)JsonNode.Parse(byToken.Output)!["id"]!);

        Assert.Equal(ExitCode.Usage, (await RunAsync("add", "bob@example.com", "--smtp", "mail.example.com")).Code);
        Assert.Equal(ExitCode.Usage, (await RunAsync("add", "bob@example.com", "--smtp", "smtp://bob:secret@mail.example.com")).Code);
        Assert.Contains("There is no mailbox yet.", (await RunAsync("list")).Error, StringComparison.Ordinal);

        Task<CliReply> RunAsync(params string[] arguments) => CommandLine.RunProcessAsync(new Dictionary<string, string> { ["SLUICE_MAILBOX_PASSWORD"] = "secret", ["SLUICE_MAILBOX_CLIENT_SECRET"] = "hidden" }, ["mailboxes", .. arguments, .. at]);
    }
}
