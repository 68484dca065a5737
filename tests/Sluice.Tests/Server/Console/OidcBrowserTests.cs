using Sluice.Server.Http;

namespace Sluice.Tests.Server.Console;

/// <summary>The sign-in by a provider in a real browser, which keeps cookies and policies as browsers do. The provider is another site than the server.</summary>
[Slow]
public sealed class OidcBrowserTests(Browser browser)
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_person_leaves_for_the_provider_and_comes_back_signed_in(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database, overKestrel: true);
        var address = new UriBuilder(scene.App.Address) { Host = Browser.HostName }.Uri;
        await scene.App.HasUserAsync("ada@example.com", "Ada", "Lovelace");
        (scene.Provider.Person, scene.Provider.ShowsPage, scene.Provider.RedirectUri) = (new("ada@example.com", "rep", "operator"), true, $"{address.ToString().TrimEnd('/')}{PublicAddress.CallbackPath}");
        await using var page = await browser.OpenAsync(address, Screens.Narrow);
        page.AlsoMayLoad = scene.Provider.Address;

        await page.GoAsync("/console/settings/users");
        await page.ShouldBeGoodAsync("console-sign-in-provider");
        await page.FollowAsync(() => page.Page.GetByText("Sign in with your company's account").ClickAsync());
        await page.PressAsync("I am ada@example.com");
        Assert.Equal($"{address}console/settings/users", page.Page.Url);
        Assert.True(await page.Page.GetByText("Signed in as").IsVisibleAsync());
        await page.GoAsync("/console/account");
        await page.ShouldBeGoodAsync("console-account-provider");

        scene.Provider.Person = new("stranger@example.com", "operator");
        await page.PressAsync("Sign out");
        await page.FollowAsync(() => page.Page.GetByText("Sign in with your company's account").ClickAsync());
        await page.PressAsync("I am stranger@example.com");
        await page.Page.GetByText("No active user here has the address stranger@example.com").WaitForAsync();
        await page.ShouldBeGoodAsync("console-sign-in-refused", 403);
    }

    /// <summary>Takes the ten seconds that the server waits.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_provider_that_is_slow_gets_one_request_for_all_who_wait_and_they_are_told(Database database)
    {
        await using var scene = await OidcScene.StartAsync(database);
        var hanging = new TaskCompletionSource();
        scene.Provider.Wait = hanging.Task;

        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => new ConsoleVisitor(scene.App).GetAsync("/console/sign-in/oidc")));
        hanging.SetResult();

        Assert.Equal(1, scene.Provider.Asked);
        Assert.All(replies, reply => Assert.Equal((System.Net.HttpStatusCode.BadGateway, true), (reply.Status, reply.Html.Contains("name=\"password\"", StringComparison.Ordinal))));
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, (await new ConsoleVisitor(scene.App).GetAsync("/console/sign-in/oidc")).Status);
    }
}
