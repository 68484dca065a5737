using System.Net;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Server.Hosting;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>How people come into the console of <c>sluice serve</c>, and how nobody else does.</summary>
public sealed class SignInTests
{
    [Theory, EveryDatabase]
    public async Task A_person_who_is_invited_sets_a_password_once_and_signs_in_and_out(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var link = await ConsoleVisitor.InviteAsync(app, "new@example.com", Roles.Operator);
        var (first, second) = (new ConsoleVisitor(app), new ConsoleVisitor(app));

        Assert.Equal(SeeOther, (await first.GetAsync("/console/operations")).Status);
        foreach (var (password, again) in new[] { ("short", "short"), ("long enough to be one", "another of that kind"), ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa"), ("xx new@example.com", "xx new@example.com") })
        {
            Assert.Equal((password, BadRequest), (password, (await first.UseInvitationAsync(link, password, again)).Status));
        }

        Assert.Equal(SeeOther, (await first.UseInvitationAsync(link)).Status);
        Assert.Contains("Signed in as", (await first.GetAsync("/console/operations")).Html, StringComparison.Ordinal);
        Assert.Equal((NotFound, NotFound), ((await second.GetAsync(link)).Status, (await first.GetAsync($"{link}x")).Status));

        Assert.Equal((SeeOther, "/console"), ((await second.SignInAsync("NEW@example.com")) is var entered ? entered.Status : default, entered.Location));
        var old = second.Cookies["sluice-session"];
        await second.GetAsync("/console/account");
        Assert.Equal(SeeOther, (await second.PostAsync("/console/sign-out")).Status);
        second.Cookies["sluice-session"] = old;
        Assert.Equal("/console/sign-in?return=%2Fconsole%2Faccount", (await second.GetAsync("/console/account")).Location);
        Assert.Equal(OK, (await first.GetAsync("/console/account")).Status);
        await ShouldHideSecretsAsync(app, link.Split("token=")[1], first.Cookies["sluice-session"], old, ConsoleVisitor.Password);
    }

    /// <summary>Whoever has put a session into a browser before the sign-in does not share the one that begins.</summary>
    [Theory, EveryDatabase]
    public async Task A_sign_in_gets_a_new_session_and_ends_the_one_that_the_browser_had(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var attacker = await ConsoleVisitor.SignedInAsync(app, "mallory@example.com", Roles.Rep);
        await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        var planted = attacker.Cookies["sluice-session"];
        var victim = new ConsoleVisitor(app) { Cookies = { ["sluice-session"] = planted } };

        await victim.GetAsync("/console/sign-in");
        victim.Cookies.Remove("sluice-session");
        await victim.GetAsync("/console/sign-in");
        victim.Cookies["sluice-session"] = planted;
        Assert.Equal(SeeOther, (await victim.SignInAsync("ada@example.com", ConsoleVisitor.Password, ("return", "/console/operations"))).Status);

        Assert.NotEqual(planted, victim.Cookies["sluice-session"]);
        Assert.Equal((OK, SeeOther), ((await victim.GetAsync("/console/operations")).Status, (await attacker.GetAsync("/console/account")).Status));
        app.Clock.Advance(TimeSpan.FromHours(12));
        Assert.Equal(SeeOther, (await victim.GetAsync("/console/operations")).Status);
    }

    [Theory, EveryDatabase]
    public async Task Ten_wrong_passwords_close_an_address_and_a_network_for_a_quarter_of_an_hour(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Rep);
        await ConsoleVisitor.SignedInAsync(app, "grace@example.com", Roles.Rep);
        var visitor = new ConsoleVisitor(app);

        var wrong = await visitor.SignInAsync("ada@example.com", "wrong");
        var unknown = await visitor.SignInAsync("nobody@example.com", "wrong");
        Assert.Equal(Unauthorized, wrong.Status);
        Assert.Equal(wrong.Html.Replace("ada@", "nobody@", StringComparison.Ordinal), unknown.Html); // Nobody learns who has a login.
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(Unauthorized, (await visitor.SignInAsync("ada@example.com", $"wrong {i}")).Status);
        }

        var refused = await visitor.SignInAsync("grace@example.com"); // Ten were wrong from this network.
        Assert.Equal((TooManyRequests, true), (refused.Status, refused.Headers.RetryAfter!.Delta > TimeSpan.FromMinutes(10)));
        app.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(SeeOther, (await visitor.SignInAsync("grace@example.com")).Status);
        Assert.Equal(SeeOther, (await visitor.SignInAsync("ada@example.com")).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_address_is_closed_whatever_the_network_and_many_tries_at_once_get_no_further(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var tries = new SignInTries(app.Db, app.Clock);
        var waits = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => tries.BeginAsync("ada@example.com", IPAddress.Parse($"192.0.2.{i}"), CancellationToken.None)));

        Assert.Equal(10, waits.Count(wait => wait is null));
        Assert.NotNull(await tries.BeginAsync("ADA@example.com", IPAddress.Parse("2001:db8::1"), CancellationToken.None));
        Assert.Equal(SignInTries.NetworkOf(IPAddress.Parse("2001:db8:1:2::7")), SignInTries.NetworkOf(IPAddress.Parse("2001:db8:1:2:ffff::1")));
        Assert.Equal(SignInTries.NetworkOf(IPAddress.Parse("192.0.2.1")), SignInTries.NetworkOf(IPAddress.Parse("::ffff:192.0.2.1")));
    }

    [Theory, EveryDatabase]
    public async Task With_a_second_factor_the_password_alone_opens_nothing_and_each_code_works_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var visitor = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        await visitor.GetAsync("/console/account");
        var page = (await visitor.PostAsync("/console/account/second-factor", ("password", ConsoleVisitor.Password))).Html;
        var secret = page.Split("secret=")[1].Split('&')[0];
        Assert.Equal(BadRequest, (await visitor.PostAsync("/console/account/second-factor/confirm", ("code", "000000"))).Status);
        var codes = (await visitor.PostAsync("/console/account/second-factor/confirm", ("code", Totp.CodeAt(secret, app.Clock.GetUtcNow())))).Html;
        var recovery = codes.Split("data-copy>")[1].Split('\n')[0];

        app.Clock.Advance(TimeSpan.FromMinutes(2));
        var other = new ConsoleVisitor(app);
        Assert.Contains("six digits", (await other.SignInAsync("ada@example.com")).Html, StringComparison.Ordinal);
        Assert.Equal("/console/sign-in?return=%2Fconsole%2Foperations", (await other.GetAsync("/console/operations")).Location);
        var code = Totp.CodeAt(secret, app.Clock.GetUtcNow());
        Assert.Equal(Unauthorized, (await other.PostAsync("/console/sign-in/code", ("code", "123"))).Status);
        Assert.Equal(SeeOther, (await other.PostAsync("/console/sign-in/code", ("code", code))).Status);
        Assert.Equal(OK, (await other.GetAsync("/console/operations")).Status);

        var third = new ConsoleVisitor(app);
        await third.SignInAsync("ada@example.com");
        Assert.Equal(Unauthorized, (await third.PostAsync("/console/sign-in/code", ("code", code))).Status);
        Assert.Equal(SeeOther, (await third.PostAsync("/console/sign-in/code", ("code", $"{recovery[..5]}-{recovery[5..].ToUpperInvariant()}"))).Status);
        var fourth = new ConsoleVisitor(app);
        await fourth.SignInAsync("ada@example.com");
        Assert.Equal(Unauthorized, (await fourth.PostAsync("/console/sign-in/code", ("code", recovery))).Status);
        await ShouldHideSecretsAsync(app, secret, recovery);
    }

    /// <summary>The vectors of RFC 6238, appendix B, cut to six digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, Totp.CodeAt("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", DateTimeOffset.FromUnixTimeSeconds(seconds)));

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_sign_in_leads_only_to_pages_of_the_console(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var visitor = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Any);
        foreach (var (asked, expected) in new[]
        {
            ("/console/people?q=a b", "/console"), ("/console/people?q=a", "/console/people?q=a"), ("https://evil.example/console/", "/console"), ("//evil.example/console/", "/console"),
            ("/console\\evil", "/console"), ("/console/\\evil.example", "/console"), ("/console/../evil", "/console"), ("/consolex", "/console"), ("/console/sign-in?return=x", "/console"), ("/console/\r\nx: y", "/console"), ("", "/console"),
        })
        {
            Assert.Equal((asked, expected), (asked, (await visitor.GetAsync($"/console/sign-in?return={Uri.EscapeDataString(asked)}")).Location));
        }

        var stranger = new ConsoleVisitor(app);
        await stranger.GetAsync("/console/sign-in");
        Assert.Equal("/console", (await stranger.SignInAsync("ada@example.com", ConsoleVisitor.Password, ("return", "https://evil.example/"))).Location);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task What_was_typed_into_a_form_is_kept_when_the_session_is_over(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var visitor = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Manager);
        var path = $"/console/flows/{WireId.Write(app.Tenant.Flow.Id)}/disable";
        await visitor.GetAsync("/console/flows");
        app.Clock.Advance(TimeSpan.FromHours(13));

        var asked = await visitor.PostAsync(path, ("note", "<b>long & typed</b>"));
        Assert.Equal((Unauthorized, true), (asked.Status, asked.Html.Contains("&lt;b&gt;long &amp; typed&lt;/b&gt;", StringComparison.Ordinal)));
        var held = await visitor.SignInAsync("ada@example.com", ConsoleVisitor.Password, ("held-path", path), ("held.note", "<b>long & typed</b>"));
        Assert.Equal((OK, true), (held.Status, held.Html.Contains($"action=\"{path}\"", StringComparison.Ordinal)));
        Assert.Contains("&lt;b&gt;long &amp; typed&lt;/b&gt;</textarea>", held.Html, StringComparison.Ordinal);
        Assert.True((await new FlowStore(app.Db).FindAsync(app.Tenant.Id, app.Tenant.Flow.Id, CancellationToken.None))!.Enabled); // Only a person sends it.
        Assert.Equal(SeeOther, (await visitor.PostAsync(path, ("note", "<b>long & typed</b>"))).Status);
        Assert.False((await new FlowStore(app.Db).FindAsync(app.Tenant.Id, app.Tenant.Flow.Id, CancellationToken.None))!.Enabled);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Forms_of_strangers_need_the_token_of_their_own_browser(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Rep);
        var (one, other) = (new ConsoleVisitor(app), new ConsoleVisitor(app));
        await one.GetAsync("/console/sign-in");
        await other.GetAsync("/console/sign-in");
        one.Cookies["sluice-form"] = other.Cookies["sluice-form"];

        foreach (var path in (string[])["/console/sign-in", "/console/sign-in/code", "/console/invitation"])
        {
            var reply = await one.PostAsync(path, ("email", "ada@example.com"), ("password", ConsoleVisitor.Password));
            Assert.Equal((path, Forbidden), (path, reply.Status));
            Assert.DoesNotContain("/console/today", reply.Html, StringComparison.Ordinal);
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_user_who_is_not_active_or_whose_login_is_removed_is_out_at_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (ada, grace) = (await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Any), await ConsoleVisitor.SignedInAsync(app, "grace@example.com", Roles.Operator));
        var (adaId, graceId) = ((await ConsoleVisitor.UserAsync(app, "ada@example.com"))!.Id, (await ConsoleVisitor.UserAsync(app, "grace@example.com"))!.Id);
        var key = await app.HasManageKeyAsync();

        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Patch, $"/sluice/v1/users/{adaId}", new StringContent("""{"active":false}""", System.Text.Encoding.UTF8, "application/json"), key)).Status);
        Assert.Equal((SeeOther, Unauthorized), ((await ada.GetAsync("/console/today")).Status, (await ada.SignInAsync("ada@example.com")).Status));
        var mine = (await app.GetAsync("/sluice/v1/sessions", key)).Json["sessions"]!.AsArray().Single(one => (string)one!["userId"]! == WireId.Write(graceId))!["id"];
        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Delete, $"/sluice/v1/sessions/{mine}", key: key)).Status);
        Assert.Equal(SeeOther, (await grace.GetAsync("/console/operations")).Status);
        await grace.SignInAsync("grace@example.com");
        Assert.Equal(OK, (await grace.GetAsync("/console/operations")).Status);
        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Delete, $"/sluice/v1/logins/{graceId}", key: key)).Status);
        Assert.Equal(SeeOther, (await grace.GetAsync("/console/operations")).Status);
    }

    /// <summary>Over a plain connection from elsewhere, anybody on the way could read a password.</summary>
    [Theory]
    [InlineData("127.0.0.1", null, false, true, false)]
    [InlineData("0.0.0.0", null, false, false, false)]
    [InlineData("0.0.0.0", "http://sluice.example", false, false, false)]
    [InlineData("0.0.0.0", "https://sluice.example", false, true, false)]
    [InlineData("0.0.0.0", null, true, true, true)]
    public void Serve_has_the_console_only_where_nobody_can_read_passwords(string address, string? publicUrl, bool hasProxy, bool hasConsole, bool refusesPlain)
    {
        var options = new ServerOptions { Database = "", Address = IPAddress.Parse(address), PublicUrl = publicUrl, Proxies = hasProxy ? [IPNetwork.Parse("10.0.0.0/8")] : [] };
        foreach (var isDev in (bool[])[true, false])
        {
            var console = SluiceServer.ConsoleOf(options with { IsDev = isDev });
            Assert.Equal((hasConsole, hasConsole && !(isDev && address == "127.0.0.1")), (console is not null, console is { HasSignIn: true }));
            Assert.Equal(refusesPlain, console is { NeedsTls: true });
        }
    }

    private static async Task ShouldHideSecretsAsync(TestApp app, params string[] secrets)
    {
        var (dump, logs) = (await app.Db.DumpAsync(), string.Join('\n', app.Logs.Lines));
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, dump + logs, StringComparison.Ordinal));
    }
}
