using Sluice.Engine.SignIn;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>The codes of the second factor, and how many tries there are for passwords and codes together.</summary>
public sealed class CodeTests
{
    private const string Ada = "ada@example.com";
    private const string Code = "/console/sign-in/code";

    /// <summary>Who knows the password must not get ten codes more with each time that it is typed.</summary>
    [Theory, EveryDatabase]
    public async Task Ten_wrong_codes_close_the_address_and_the_right_password_opens_it_no_sooner(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var secret = await AccountTests.HasFactorAsync(app, await ConsoleVisitor.SignedInAsync(app, Ada, Roles.Rep));
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        var thief = new ConsoleVisitor(app);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal((i, OK), (i, (await thief.SignInAsync(Ada)).Status));
            Assert.Equal((i, Unauthorized), (i, (await thief.PostAsync(Code, ("code", "12345"))).Status));
        }

        Assert.Equal(TooManyRequests, (await thief.PostAsync(Code, ("code", Totp.CodeAt(secret, app.Clock.GetUtcNow())))).Status);
        Assert.Equal(TooManyRequests, (await thief.SignInAsync(Ada)).Status);

        app.Clock.Advance(SignInTries.Window);
        await thief.SignInAsync(Ada);
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal((i, Unauthorized), (i, (await thief.PostAsync(Code, ("code", "12345"))).Status));
        }

        Assert.Equal(TooManyRequests, (await thief.PostAsync(Code, ("code", "12345"))).Status);
    }

    [Theory, EveryDatabase]
    public async Task Right_passwords_and_codes_do_not_count_as_tries(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await ConsoleVisitor.SignedInAsync(app, "grace@example.com", Roles.Rep);
        var secret = await AccountTests.HasFactorAsync(app, await ConsoleVisitor.SignedInAsync(app, Ada, Roles.Rep));

        for (var i = 0; i < 12; i++)
        {
            Assert.Equal((i, SeeOther), (i, (await new ConsoleVisitor(app).SignInAsync("grace@example.com")).Status));
        }

        for (var i = 0; i < 6; i++)
        {
            app.Clock.Advance(TimeSpan.FromSeconds(31));
            var visitor = new ConsoleVisitor(app);
            await visitor.SignInAsync(Ada);
            Assert.Equal((i, SeeOther), (i, (await visitor.PostAsync(Code, ("code", Totp.CodeAt(secret, app.Clock.GetUtcNow())))).Status));
        }
    }

    [Theory, EveryDatabase]
    public async Task A_password_waits_ten_minutes_for_its_code_and_a_session_that_has_one_takes_none(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var secret = await AccountTests.HasFactorAsync(app, await ConsoleVisitor.SignedInAsync(app, Ada, Roles.Rep));
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        var visitor = new ConsoleVisitor(app);

        await visitor.SignInAsync(Ada);
        app.Clock.Advance(Session.CodeLifetime - TimeSpan.FromSeconds(1));
        Assert.Equal(Unauthorized, (await visitor.PostAsync(Code, ("code", "12345"))).Status);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("That took too long", (await visitor.PostAsync(Code, ("code", Totp.CodeAt(secret, app.Clock.GetUtcNow())))).Html, StringComparison.Ordinal);

        await visitor.SignInAsync(Ada);
        var waiting = visitor.Cookies["sluice-session"];
        Assert.Equal(SeeOther, (await visitor.PostAsync(Code, ("code", Totp.CodeAt(secret, app.Clock.GetUtcNow())))).Status);
        Assert.NotEqual(waiting, visitor.Cookies["sluice-session"]);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("That took too long", (await visitor.PostInAsync("/console/invitation?token=x", Code, ("code", Totp.CodeAt(secret, app.Clock.GetUtcNow())))).Html, StringComparison.Ordinal);
        visitor.Cookies["sluice-session"] = waiting;
        Assert.Equal(SeeOther, (await visitor.GetAsync("/console/account")).Status); // It has ended.
    }

    [Fact]
    public void A_code_of_the_half_minute_before_and_after_is_taken_and_no_other()
    {
        var (secret, now) = (Totp.NewSecret(), DateTimeOffset.FromUnixTimeSeconds(1_800_000_015));
        var step = now.ToUnixTimeSeconds() / 30;

        Assert.Equal([null, step - 1, step, step + 1, null], ((int[])[-60, -30, 0, 30, 60]).Select(seconds => Totp.FindStep(secret, Totp.CodeAt(secret, now.AddSeconds(seconds)), now, 0)));
        Assert.Equal(step, Totp.FindStep(secret, Totp.CodeAt(secret, now).Insert(3, " "), now, step - 1));
        Assert.Null(Totp.FindStep(secret, Totp.CodeAt(secret, now), now, step)); // It was used.
        Assert.Null(Totp.FindStep(secret, Totp.CodeAt(secret, now.AddSeconds(-30)), now, step)); // An older one, after a newer one was used.
        Assert.All((string[])["", "1", "0000000", Totp.CodeAt(secret, now)[..5], "é"], code => Assert.Null(Totp.FindStep(secret, code, now, 0)));
    }
}
