using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Engine.Mailboxes;

namespace Sluice.Tests.Cli;

/// <summary>The sign-in that gets a mailbox its first refresh token, at a provider that checks what the standards want to be checked.</summary>
public sealed partial class MailboxSignInTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_owner_signs_in_once_to_add_the_mailbox_and_again_when_the_grant_is_dead(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await using var provider = await TokenServer.StartAsync();
        provider.NeedsSecret = false;
        string[] at = await AtAsync(app);

        var added = await SignInAsync(provider, at);

        Assert.Equal((ExitCode.Done, ""), (added.Code, added.Said));
        Assert.StartsWith("Added mailbox ", added.Output, StringComparison.Ordinal);
        Assert.Equal(("ada@example.com", "mail", "code"), (provider.Consented["login_hint"], provider.Consented["scope"], provider.Consented["response_type"]));
        Assert.Matches("^http://localhost:[0-9]+/$", provider.Consented["redirect_uri"]);
        Assert.NotNull(await LogInAsync(app));

        provider.RefreshToken = null;
        await Assert.ThrowsAsync<DeadGrant>(() => LogInAsync(app, afterHours: 2));
        var again = await SignInAsync(provider, at);

        Assert.StartsWith("Signed in to mailbox ", again.Output, StringComparison.Ordinal);
        Assert.NotNull(await LogInAsync(app));
        Assert.Single(await new MailboxStore(app.Db).ListAsync(app.Tenant.Id, CancellationToken.None));
        Assert.DoesNotContain("refresh-token", $"{added} {again} {await app.Db.DumpAsync()}", StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_consent_that_is_refused_or_useless_adds_no_mailbox_and_a_stranger_cannot_answer(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await using var provider = await TokenServer.StartAsync();
        string[] at = await AtAsync(app);

        var withoutSecret = await SignInAsync(provider, at);
        provider.NeedsSecret = false;
        provider.Refuses = true;
        var refused = await SignInAsync(provider, at, asStranger: true);
        provider.Refuses = false;
        provider.GivesNoRefreshToken = true;
        var useless = await SignInAsync(provider, at);

        Assert.Equal((ExitCode.Failed, "sluice: The provider does not accept the code that it gave. Run the command again."), (withoutSecret.Code, withoutSecret.Said));
        Assert.Equal((ExitCode.Failed, "sluice: The provider gives no consent: access_denied"), (refused.Code, refused.Said));
        Assert.StartsWith("sluice: The provider gave no refresh token.", useless.Said, StringComparison.Ordinal);
        Assert.Empty(await new MailboxStore(app.Db).ListAsync(app.Tenant.Id, CancellationToken.None));
    }

    [Theory]
    [InlineData("--provider", "fastmail")]
    [InlineData("--oauth-consent-url", "http://login.example.com/")]
    public async Task Without_a_safe_page_there_is_no_sign_in(string option, string value)
    {
        var reply = await CommandLine.RunAsync("mailboxes", "sign-in", "ada@example.com", "--oauth-client", "x", option, value, "--oauth-token-url", "https://login.example.com/", "--token", "t", "--base-url", "http://127.0.0.1:9");

        Assert.Equal(ExitCode.Usage, reply.Code);
        Assert.Contains("--oauth-consent-url a URL that begins with https://", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_with_a_secret_sends_it_with_the_code_and_not_with_the_browser()
    {
        var request = new ConsentRequest("client", "a b", new Uri("http://localhost:1/"), "state");

        Assert.Contains(request.Exchange("code", "hidden"), field => field is { Key: "client_secret", Value: "hidden" });
        Assert.StartsWith("https://login.example.com/?prompt=consent&response_type=code&client_id=client&redirect_uri=http%3A%2F%2Flocalhost%3A1%2F&scope=a%20b&state=state&", request.PageOf("https://login.example.com/?prompt=consent", "ada@example.com"), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", request.PageOf("https://login.example.com/", "ada@example.com"), StringComparison.Ordinal);
    }

    private static async Task<string[]> AtAsync(TestApp app)
    {
        var key = await app.HasKeyAsync([Scopes.Manage]);
        return ["--base-url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret];
    }

    private static async Task<string> LogInAsync(TestApp app, int afterHours = 0)
    {
        app.Clock.Advance(TimeSpan.FromHours(afterHours));
        var mailbox = (await new MailboxStore(app.Db).FindByAddressAsync(app.Tenant.Id, "ada@example.com", CancellationToken.None))!;
        return (await app.Services.GetRequiredService<MailboxTokens>().Of(mailbox).LogInAsync(["XOAUTH2"], CancellationToken.None))!.MechanismName;
    }

    /// <summary>Runs the command, and goes with a browser where it says.</summary>
    /// <param name="asStranger">Whether somebody else visits the waiting command first, who does not know the state.</param>
    private static async Task<(int Code, string Output, string Said)> SignInAsync(TokenServer provider, string[] at, bool asStranger = false)
    {
        using var error = new Pages();
        using var output = new StringWriter();
        using var browser = new HttpClient();
        var running = Sluice.Cli.SluiceCommand.RunAsync(
            ["mailboxes", "sign-in", "ada@example.com", "--oauth-client", TokenServer.Client, "--oauth-consent-url", provider.ConsentUrl, "--oauth-token-url", provider.Url, "--oauth-scope", "mail",
             "--smtp", "smtp://127.0.0.1:2?tls=none", "--imap", "imap://127.0.0.1:1?tls=none", .. at],
            output,
            error);
        Assert.Same(error.Page, await Task.WhenAny(error.Page, running));
        var page = await error.Page;
        if (asStranger)
        {
            var redirect = Uri.UnescapeDataString(Redirect().Match(page).Groups[1].Value);
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await browser.GetAsync($"{redirect}?code=mine&state=guessed")).StatusCode);
        }

        var text = await browser.GetStringAsync(page);
        Assert.Contains("Go back to the terminal.", text, StringComparison.Ordinal);
        return (await running, output.ToString(), error.Said.Trim());
    }

    /// <summary>Takes what the command says, and finds the page in it.</summary>
    private sealed class Pages : StringWriter
    {
        private readonly TaskCompletionSource<string> _page = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly StringBuilder _rest = new();

        public Task<string> Page => _page.Task;

        public string Said => _rest.ToString();

        public override void WriteLine(string? value)
        {
            if (Url().Match(value ?? "") is { Success: true } url)
            {
                _page.TrySetResult(url.Value);
                return;
            }

            _rest.AppendLine(value);
        }

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }
    }

    [GeneratedRegex(@"http\S+")]
    private static partial Regex Url();

    [GeneratedRegex("redirect_uri=([^&]+)")]
    private static partial Regex Redirect();
}
