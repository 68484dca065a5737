using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Server.Console.SignIn;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>How people come into the console by an OpenID provider.</summary>
public sealed class OidcSignInTests
{
    [Theory, EveryDatabase]
    public async Task A_user_comes_in_by_the_provider_with_its_roles_and_without_a_password(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database);
        var (app, visitor) = (scene.App, new ConsoleVisitor(scene.App));
        await app.HasUserAsync("ada@example.com", "Ada", "Lovelace");
        scene.Provider.Person = new("ADA@example.com", "operator", "manager", "cook");

        Assert.Contains("Sign in with your company", (await visitor.GetAsync("/console/sign-in?return=%2Fconsole%2Fflows")).Html, StringComparison.Ordinal);
        Assert.Equal((SeeOther, "/console/flows"), (await scene.SignInAsync(visitor, "/console/flows")) is var entered ? (entered.Status, entered.Location) : default);

        Assert.Equal("", visitor.Cookies["sluice-oidc"]);
        Assert.Equal((OK, OK, Forbidden), ((await visitor.GetAsync("/console/operations")).Status, (await visitor.GetAsync("/console/people/import")).Status, (await visitor.PostAsync("/console/tasks/1/done")).Status is NotFound ? Forbidden : OK));
        var account = (await visitor.GetAsync("/console/account")).Html;
        Assert.Contains("manager, operator", account, StringComparison.Ordinal);
        Assert.DoesNotContain("Change the password", account, StringComparison.Ordinal);
        Assert.Equal(["login.roles", "sign-in"], await ActionsAsync(app));
    }

    /// <summary>What the provider takes away is gone at the next sign-in, and a role that an operator has given by hand too.</summary>
    [Theory, EveryDatabase]
    public async Task Roles_follow_the_provider_at_each_sign_in(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database);
        var app = scene.App;
        var old = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        var visitor = new ConsoleVisitor(app);

        scene.Provider.Person = new("ada@example.com", "rep");
        Assert.Equal(SeeOther, (await scene.SignInAsync(visitor)).Status);
        Assert.Equal((Forbidden, Forbidden, OK), ((await visitor.GetAsync("/console/operations")).Status, (await old.GetAsync("/console/operations")).Status, (await visitor.GetAsync("/console/today")).Status));

        scene.Provider.Person = new("ada@example.com", "cook");
        var refused = await scene.SignInAsync(visitor);
        Assert.Equal((Forbidden, true), (refused.Status, refused.Html.Contains("Your account has no role here", StringComparison.Ordinal)));
        Assert.Equal((SeeOther, SeeOther), ((await visitor.GetAsync("/console/account")).Status, (await old.GetAsync("/console/account")).Status)); // All sessions are over.
        Assert.Equal(Roles.None, (await LoginAsync(app, "ada@example.com"))!.Roles);
    }

    /// <summary>A claim that the provider does not send is a fault of its settings: it must not take the roles of all who try.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Whoever_is_unknown_not_active_not_verified_or_without_the_claim_is_refused_and_nothing_changes(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database);
        var app = scene.App;
        var inactive = await app.HasUserAsync("gone@example.com", "Gone", "Girl");
        await app.Db.ExecuteAsync($"update users set active = {false} where company_id = {inactive.CompanyId} and id = {inactive.Id}", CancellationToken.None);
        await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Operator);
        var before = await app.Db.DumpAsync("audit");

        foreach (var (person, sentence) in new (OidcTestPerson, string)[]
        {
            (new("stranger@example.com", "operator"), "No active user here has the address stranger@example.com"),
            (new("gone@example.com", "operator"), "No active user here has the address gone@example.com"),
            (new("ada@example.com", "operator") { IsVerified = false }, "does not say that your e-mail address is verified"),
            (new("ada@example.com", "operator") { IsVerified = null }, "does not say that your e-mail address is verified"),
            (new("ada@example.com"), "does not say which roles you have"),
        })
        {
            (scene.Provider.Person, var visitor) = (person, new ConsoleVisitor(app));
            var reply = await scene.SignInAsync(visitor);
            Assert.Equal((person.Email, Forbidden, true), (person.Email, reply.Status, reply.Html.Contains(sentence, StringComparison.Ordinal)));
            Assert.DoesNotContain("sluice-session", visitor.Cookies.Keys);
        }

        Assert.Equal(before, await app.Db.DumpAsync("audit"));
        Assert.Contains("stranger@example.com", await app.Db.DumpAsync(), StringComparison.Ordinal); // The audit says who has tried.
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task With_several_companies_only_the_people_of_the_named_one_come_in(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database);
        var other = await scene.App.HasTenantAsync("Globex");
        scene.Provider.Person = new(TestApp.RepEmail, "rep");
        var refused = await scene.SignInAsync(new ConsoleVisitor(scene.App));
        Assert.Equal((Forbidden, true), (refused.Status, refused.Html.Contains("--oidc-company", StringComparison.Ordinal)));

        await using var node = await scene.App.HasAnotherNodeAsync(options => options with { Oidc = options.Oidc! with { CompanyId = other.Id }, KeepInMemory = false });
        await using var named = new OidcScene { App = node, Provider = scene.Provider };
        var visitor = new ConsoleVisitor(node);
        Assert.Equal(SeeOther, (await named.SignInAsync(visitor)).Status);
        Assert.NotNull(await new LoginStore(node.Db).FindAsync(other.Id, other.User.Id, CancellationToken.None));
        Assert.Null(await new LoginStore(node.Db).FindAsync(scene.App.Tenant.Id, scene.App.Tenant.User.Id, CancellationToken.None));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task If_the_provider_is_the_only_way_no_password_is_asked_for_or_taken(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database, settings => settings with { IsOnlyWay = true });
        var (app, visitor) = (scene.App, new ConsoleVisitor(scene.App));
        var link = await ConsoleVisitor.InviteAsync(app, "ada@example.com", Roles.Rep);
        var page = (await visitor.GetAsync("/console/sign-in")).Html;
        Assert.DoesNotContain("type=\"password\"", page, StringComparison.Ordinal);
        Assert.Equal((SeeOther, "/console/sign-in"), ((await visitor.GetAsync(link)) is var invited ? invited.Status : default, invited.Location));
        foreach (var path in (string[])["/console/sign-in", "/console/sign-in/code", "/console/invitation"])
        {
            Assert.Contains((await visitor.PostAsync(path, ("email", "ada@example.com"), ("password", ConsoleVisitor.Password))).Status, new[] { NotFound, MethodNotAllowed });
        }

        scene.Provider.Person = new("ada@example.com", "operator");
        Assert.Equal(SeeOther, (await scene.SignInAsync(visitor)).Status);
        Assert.DoesNotContain("type=\"password\"", (await visitor.GetAsync("/console/account")).Html, StringComparison.Ordinal);
        Assert.Equal(NotFound, (await visitor.PostAsync("/console/account/password", ("password", "x"))).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_provider_that_does_not_answer_leaves_the_password_and_a_new_key_of_it_is_found(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database);
        var (app, visitor) = (scene.App, new ConsoleVisitor(scene.App));
        await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Rep);
        scene.Provider.Person = new("ada@example.com", "rep");
        Assert.Equal(SeeOther, (await scene.SignInAsync(new ConsoleVisitor(app))).Status);

        scene.Provider.ChangeKey();
        Assert.Equal(SeeOther, (await scene.SignInAsync(new ConsoleVisitor(app))).Status);

        var answer = await scene.AnswerAsync(visitor);
        await scene.Provider.DisposeAsync();
        var callback = await visitor.GetAsync(answer);
        Assert.Equal((BadGateway, true), (callback.Status, callback.Html.Contains("name=\"password\"", StringComparison.Ordinal)));
        app.Clock.Advance(TimeSpan.FromHours(2));
        var down = await visitor.GetAsync("/console/sign-in/oidc?return=%2Fconsole%2Fpeople");
        Assert.Equal((BadGateway, true), (down.Status, down.Html.Contains("does not answer as it should", StringComparison.Ordinal)));
        Assert.Equal((SeeOther, "/console/people"), ((await visitor.SignInAsync("ada@example.com", ConsoleVisitor.Password, ("return", "/console/people"))) is var entered ? entered.Status : default, entered.Location));
        Assert.Contains(app.Logs.Lines, line => line.Contains("A sign-in by the provider was refused: the provider cannot be asked", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(OidcTestProvider.ClientSecret, StringComparison.Ordinal));
    }

    /// <summary>The way over another site cannot carry along what was typed, so it waits on the page.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_form_whose_session_is_over_waits_until_the_person_has_signed_in_in_another_tab(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database);
        var (app, visitor) = (scene.App, new ConsoleVisitor(scene.App));
        var path = $"/console/flows/{WireId.Write(app.Tenant.Flow.Id)}/disable";
        await app.HasUserAsync("ada@example.com", "Ada", "Lovelace");
        scene.Provider.Person = new("ada@example.com", "manager");
        await scene.SignInAsync(visitor);
        await visitor.GetAsync("/console/flows");
        app.Clock.Advance(TimeSpan.FromHours(13));

        var asked = await visitor.PostAsync(path, ("note", "<b>typed</b>"));
        Assert.Equal((Unauthorized, true), (asked.Status, asked.Html.Contains("target=\"_blank\" rel=\"noopener\"", StringComparison.Ordinal)));
        (string, string)[] held = [("held-path", path), ("held.note", "<b>typed</b>")];
        Assert.Equal(Unauthorized, (await visitor.PostAsync("/console/sign-in/held", held)).Status);
        await scene.SignInAsync(visitor);
        var shown = await visitor.PostAsync("/console/sign-in/held", held);
        Assert.Equal((OK, true), (shown.Status, shown.Html.Contains("&lt;b&gt;typed&lt;/b&gt;</textarea>", StringComparison.Ordinal)));
        Assert.Equal(SeeOther, (await visitor.PostAsync(path, ("note", "<b>typed</b>"))).Status);
    }

    [Fact]
    public void Settings_never_show_the_secret() => Assert.DoesNotContain("unspoken", $"{new OidcSettings(new Uri("https://login.example"), "sluice", "unspoken", "roles", null, false)}", StringComparison.Ordinal);

    [Theory]
    [InlineData("https://login.example.com/", true)]
    [InlineData("https://login.example.com/realms/acme", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://login.example.com", false)]
    [InlineData("http://127.0.0.1.example.com", false)]
    [InlineData("https://user:password@login.example.com", false)]
    [InlineData("https://login.example.com/?a=b", false)]
    [InlineData("login.example.com", false)]
    [InlineData("file:///etc/passwd", false)]
    public void An_issuer_has_an_https_url_except_on_this_machine(string text, bool isGood) => Assert.Equal(isGood, OidcSettings.ReadAuthority(text) is not null);

    private static async Task<Login?> LoginAsync(TestApp app, string email) => await new LoginStore(app.Db).FindAsync(app.Tenant.Id, (await ConsoleVisitor.UserAsync(app, email))!.Id, CancellationToken.None);

    private static Task<List<string>> ActionsAsync(TestApp app) => app.Db.QueryAsync($"select action from audit where company_id = {app.Tenant.Id} order by id limit 100", row => row.GetString(0), CancellationToken.None);
}
