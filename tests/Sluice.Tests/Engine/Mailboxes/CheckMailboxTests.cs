using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Cli.Shared;
using Sluice.Engine.Mailboxes.Checking;

namespace Sluice.Tests.Engine.Mailboxes;

/// <summary>Checks mailboxes on a real Dovecot, with a mail server that delivers into it, and a name server of the test's own.</summary>
[Slow]
public sealed class CheckMailboxTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_check_says_what_is_wrong_and_what_to_add_and_then_that_all_is_well(Database database)
    {
        await using var names = new NameServer();
        await using var imap = await DovecotServer.StartAsync();
        await using var smtp = new ScriptedMailServer((Base64("ada@example.com"), "334 UGFzc3dvcmQ6"), (Base64(DovecotServer.Password), "235 welcome")) { OnMail = raw => imap.DeliverAsync("ada", raw) };
        await using var app = await TestApp.StartAsync(database, new TestOptions
        {
            OverKestrel = true,
            PublicUrl = "https://sluice.example.com",
            Adjust = services => services.AddSingleton(new MailDns(names.Place)),
        });
        var box = await app.HasMailboxAsync("ada@example.com", imap.Port, DovecotServer.Password);
        await app.Db.ExecuteAsync($"update mailboxes set smtp_port = {new Uri(smtp.Url).Port}", CancellationToken.None);

        var bad = (await app.PostAsync($"/sluice/v1/mailboxes/{box.Id}/check", new { }, await app.HasManageKeyAsync())).Json;

        Assert.Equal("ok smtp|ok imap|ok send|failed spf|failed dkim|failed dmarc|ok ptr|ok one-click", Words(bad));
        Assert.Equal("example.com. TXT \"v=spf1 a:127.0.0.1 ~all\"", AddOf(bad, "spf"));
        Assert.Equal("_dmarc.example.com. TXT \"v=DMARC1; p=none; rua=mailto:ada@example.com\"", AddOf(bad, "dmarc"));

        names.HasText("example.com", "v=spf1 ip4:127.0.0.1 -all");
        names.HasText("_dmarc.example.com", "v=DMARC1; p=none");
        var key = await app.HasManageKeyAsync();
        var (code, output, _) = await CommandLine.RunAsync("mail", "check", "ada@example.com", "--base-url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret, "--json");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal("ok smtp|ok imap|ok send|ok spf|failed dkim|ok dmarc|ok ptr|ok one-click", Words(JsonNode.Parse(output)!));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task What_cannot_be_reached_is_said_in_words(Database database)
    {
        await using var names = new NameServer();
        await using var app = await TestApp.StartAsync(database, new TestOptions { OverKestrel = true, Adjust = services => services.AddSingleton(new MailDns(names.Place)) });
        var (box, key) = (await app.HasMailboxAsync("ada@example.com", FreePort.Take()), await app.HasManageKeyAsync());

        var found = (await app.PostAsync($"/sluice/v1/mailboxes/{box.Id}/check", new { }, key)).Json;
        Assert.Equal("failed smtp|failed imap|failed spf|warning dkim|failed dmarc|ok ptr|warning one-click", Words(found));
        var (code, output, _) = await CommandLine.RunAsync("mail", "check", $"{box.Id}", "--base-url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("→ example.com. TXT \"v=spf1 a:127.0.0.1 ~all\"", output, StringComparison.Ordinal);

        (await app.PostAsync("/sluice/v1/mailboxes/1/check", new { }, key)).ShouldRefuse(HttpStatusCode.NotFound, "There is no mailbox 1");
        await using var dev = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        (await dev.PostAsync($"/sluice/v1/mailboxes/{(await dev.HasMailboxAsync("ada@example.com")).Id}/check", new { }, await dev.HasManageKeyAsync())).ShouldRefuse(
            HttpStatusCode.Conflict, "sluice dev connects to no mail server: check the mailbox on a server that sluice serve runs");
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private static string Words(JsonNode answer) => string.Join('|', answer["checks"]!.AsArray().Select(one => $"{one!["result"]} {one["name"]}"));

    private static string? AddOf(JsonNode answer, string name) => (string?)answer["checks"]!.AsArray().Single(one => (string?)one!["name"] == name)!["add"];
}
