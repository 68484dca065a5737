using Sluice.Engine.SignIn;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>What people change of their own sign-in, and what that ends elsewhere.</summary>
public sealed class AccountTests
{
    private const string Account = "/console/account";
    private const string Ada = "ada@example.com";
    private const string Other = "another sentence of words";

    [Theory, EveryDatabase]
    public async Task A_changed_password_ends_the_other_sessions_and_the_open_link(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (here, elsewhere) = (await ConsoleVisitor.SignedInAsync(app, Ada, Roles.Rep), new ConsoleVisitor(app));
        await elsewhere.SignInAsync(Ada);
        var link = await ConsoleVisitor.InviteAsync(app, Ada, Roles.None);

        await here.GetAsync(Account);
        var before = await app.Db.DumpAsync("sign_in_tries");
        Assert.Equal(Forbidden, (await ChangeAsync(here, "a wrong password", Other, Other)).Status);
        foreach (var (password, again) in new[] { ("short", "short"), (Other, $"{Other}."), ($"xx {Ada}", $"xx {Ada}"), ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa"), (new string('x', 196) + "abcde", new string('x', 196) + "abcde") })
        {
            Assert.Equal((password, BadRequest), (password, (await ChangeAsync(here, ConsoleVisitor.Password, password, again)).Status));
        }

        Assert.Equal(before, await app.Db.DumpAsync("sign_in_tries"));
        Assert.Equal((OK, OK), ((await elsewhere.GetAsync(Account)).Status, (await new ConsoleVisitor(app).GetAsync(link)).Status));

        Assert.Equal((SeeOther, OK), ((await ChangeAsync(here, ConsoleVisitor.Password, Other, Other)).Status, (await here.GetAsync(Account)).Status));
        Assert.Equal((SeeOther, NotFound), ((await elsewhere.GetAsync(Account)).Status, (await new ConsoleVisitor(app).GetAsync(link)).Status));
        Assert.Equal((Unauthorized, SeeOther), ((await elsewhere.SignInAsync(Ada)).Status, (await elsewhere.SignInAsync(Ada, Other)).Status));
        Assert.DoesNotContain(Other, await app.Db.DumpAsync() + string.Join('\n', app.Logs.Lines), StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task Ten_wrong_passwords_of_a_person_who_is_signed_in_close_the_account_page_too(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var visitor = await ConsoleVisitor.SignedInAsync(app, Ada, Roles.Rep);
        await visitor.GetAsync(Account);

        for (var i = 0; i < 12; i++)
        {
            Assert.Equal((i, OK), (i, (await visitor.PostAsync($"{Account}/second-factor", ("password", ConsoleVisitor.Password))).Status)); // The right one does not count.
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal((i, Forbidden), (i, (await visitor.PostAsync($"{Account}/second-factor", ("password", $"wrong {i}"))).Status));
        }

        Assert.Equal(TooManyRequests, (await visitor.PostAsync($"{Account}/second-factor", ("password", ConsoleVisitor.Password))).Status);
        Assert.Equal(TooManyRequests, (await ChangeAsync(visitor, ConsoleVisitor.Password, Other, Other)).Status);
        app.Clock.Advance(SignInTries.Window);
        Assert.Equal(SeeOther, (await ChangeAsync(visitor, ConsoleVisitor.Password, Other, Other)).Status);
    }

    [Theory, EveryDatabase]
    public async Task A_second_factor_counts_once_it_is_confirmed_and_goes_only_with_the_password(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var visitor = await ConsoleVisitor.SignedInAsync(app, Ada, Roles.Rep);
        await visitor.GetAsync(Account);
        await visitor.PostAsync($"{Account}/second-factor", ("password", ConsoleVisitor.Password));
        Assert.Equal(SeeOther, (await new ConsoleVisitor(app).SignInAsync(Ada)).Status); // Nobody has shown a code yet.

        await HasFactorAsync(app, visitor);
        Assert.Equal(OK, (await new ConsoleVisitor(app).SignInAsync(Ada)).Status); // The page for the code.
        Assert.Equal(Forbidden, (await visitor.PostAsync($"{Account}/second-factor/remove", ("password", "a wrong password"))).Status);
        Assert.Equal(OK, (await new ConsoleVisitor(app).SignInAsync(Ada)).Status);
        Assert.Equal(SeeOther, (await visitor.PostAsync($"{Account}/second-factor/remove", ("password", ConsoleVisitor.Password))).Status);
        Assert.Equal(SeeOther, (await new ConsoleVisitor(app).SignInAsync(Ada)).Status);
    }

    /// <summary>A person who has lost the authenticator gets in by a new link, and nobody else by asking for one.</summary>
    [Theory, EveryDatabase]
    public async Task A_link_ends_sessions_and_the_second_factor_when_it_is_used_and_not_before(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var visitor = await ConsoleVisitor.SignedInAsync(app, Ada, Roles.Rep);
        await HasFactorAsync(app, visitor);
        var (first, second) = (await ConsoleVisitor.InviteAsync(app, Ada, Roles.None), await ConsoleVisitor.InviteAsync(app, Ada, Roles.None));

        Assert.Equal(NotFound, (await new ConsoleVisitor(app).GetAsync(first)).Status); // The newer one has ended it.
        Assert.Equal((OK, OK), ((await visitor.GetAsync(Account)).Status, (await new ConsoleVisitor(app).SignInAsync(Ada)).Status)); // The page for the code.

        Assert.Equal(SeeOther, (await new ConsoleVisitor(app).UseInvitationAsync(second, Other, Other)).Status);
        Assert.Equal((SeeOther, SeeOther), ((await visitor.GetAsync(Account)).Status, (await new ConsoleVisitor(app).SignInAsync(Ada, Other)).Status));
    }

    [Theory, EveryDatabase]
    public async Task A_link_works_for_three_days(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var link = await ConsoleVisitor.InviteAsync(app, Ada, Roles.Rep);

        app.Clock.Advance(ManageLogins.InviteLifetime - TimeSpan.FromSeconds(1));
        var visitor = new ConsoleVisitor(app);
        Assert.Equal(OK, (await visitor.GetAsync(link)).Status);
        app.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((NotFound, NotFound), ((await visitor.UseInvitationAsync(link)).Status, (await visitor.GetAsync(link)).Status));
        Assert.Equal(Unauthorized, (await visitor.SignInAsync(Ada)).Status);
    }

    [Theory, EveryDatabase]
    public async Task Everybody_ends_the_own_sessions_only_and_the_oldest_gives_way_to_the_twenty_first(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (ada, grace) = (await ConsoleVisitor.SignedInAsync(app, Ada, Roles.Rep), await ConsoleVisitor.SignedInAsync(app, "grace@example.com", Roles.Rep));
        var elsewhere = new ConsoleVisitor(app);
        await elsewhere.SignInAsync(Ada);
        var user = (await ConsoleVisitor.UserAsync(app, Ada))!;
        var (newest, oldest) = (await new SessionStore(app.Db).ListAsync(app.Tenant.Id, user.Id, app.Clock.GetUtcNow(), 9, CancellationToken.None)) is [var one, var two] ? (one, two) : default;

        await grace.GetAsync(Account);
        Assert.Equal(NotFound, (await grace.PostAsync($"{Account}/sessions/{newest!.Id}/end")).Status);
        Assert.Equal(OK, (await elsewhere.GetAsync(Account)).Status);
        await ada.GetAsync(Account);
        Assert.Equal(SeeOther, (await ada.PostAsync($"{Account}/sessions/{newest.Id}/end")).Status);
        Assert.Equal((SeeOther, OK), ((await elsewhere.GetAsync(Account)).Status, (await ada.GetAsync(Account)).Status));

        for (var i = 1; i < Session.MaxOfUser; i++)
        {
            await app.HasSessionAsync(user);
        }

        Assert.Equal(OK, (await ada.GetAsync(Account)).Status);
        await elsewhere.SignInAsync(Ada);
        Assert.Equal((SeeOther, OK, OK), ((await ada.GetAsync(Account)).Status, (await elsewhere.GetAsync(Account)).Status, (await grace.GetAsync(Account)).Status));
        Assert.Null(await new SessionStore(app.Db).FindAsync(app.Tenant.Id, oldest!.Id, CancellationToken.None));
    }

    /// <summary>Whoever is thrown out while the page is open stays out.</summary>
    [Theory, EveryDatabase]
    public async Task A_login_that_is_removed_meanwhile_does_not_come_back_with_a_second_factor(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var visitor = await ConsoleVisitor.SignedInAsync(app, Ada, Roles.Operator);
        var user = (await ConsoleVisitor.UserAsync(app, Ada))!;
        var read = (await new LoginStore(app.Db).FindAsync(app.Tenant.Id, user.Id, CancellationToken.None))!;

        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Delete, $"/sluice/v1/logins/{user.Id}", key: await app.HasManageKeyAsync())).Status);
        await Factor(app).BeginAsync(read, CancellationToken.None);

        Assert.Null(await new LoginStore(app.Db).FindAsync(app.Tenant.Id, user.Id, CancellationToken.None));
        Assert.Equal(Unauthorized, (await new ConsoleVisitor(app).SignInAsync(Ada)).Status);
        await ConsoleVisitor.InviteAsync(app, Ada, Roles.Operator);
        Assert.Equal(SeeOther, (await visitor.GetAsync(Account)).Status); // A new link brings no old session back.
    }

    /// <summary>Turns the second factor of a visitor on.</summary>
    /// <returns>The secret of the authenticator.</returns>
    internal static async Task<string> HasFactorAsync(TestApp app, ConsoleVisitor visitor)
    {
        await visitor.GetAsync(Account);
        var secret = (await visitor.PostAsync($"{Account}/second-factor", ("password", ConsoleVisitor.Password))).Html.Split("secret=")[1].Split('&')[0];
        Assert.Equal(OK, (await visitor.PostAsync($"{Account}/second-factor/confirm", ("code", Totp.CodeAt(secret, app.Clock.GetUtcNow())))).Status);
        await visitor.GetAsync(Account);
        return secret;
    }

    private static SecondFactor Factor(TestApp app) => Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<SecondFactor>(app.Services);

    private static Task<ConsoleReply> ChangeAsync(ConsoleVisitor visitor, string password, string next, string again) =>
        visitor.PostAsync($"{Account}/password", ("password", password), ("new", next), ("again", again));
}
