using Sluice.Engine.Companies;

namespace Sluice.Tests.Server.Api.OAuth;

/// <summary>The consent page as a person sees it.</summary>
[Slow]
public sealed class ConsentBrowserTests(Browser browser)
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_page_is_accessible_and_fits(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var client = await OAuthClient.OfAsync(app);
        await using var page = await browser.OpenAsync(app.Address, Screens.Narrow);

        await page.GoAsync(client.Authorize(("scope", string.Join(' ', Scopes.All))));
        await page.ShouldBeGoodAsync("consent-key");
        await page.Page.GetByLabel("Access key").FillAsync("slk_wrong");
        await page.Page.GetByLabel("Secret").FillAsync("wrong");
        await page.PressAsync("Allow for Acme");
        await page.ShouldBeGoodAsync("consent-refused", ofStatus: 403);
        await page.GoAsync(client.Authorize(("redirect_uri", "https://evil.example")));
        await page.ShouldBeGoodAsync("consent-fault", ofStatus: 400);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_page_of_dev_is_accessible_with_hostile_and_long_names(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { OverKestrel = true, IsDev = true });
        await using var page = await browser.OpenAsync(app.Address, Screens.Narrow);
        foreach (var name in (string[])["My app", new string('W', 100), "<script>alert(1)</script>", "شركة الروبوتات (حيفا)!"])
        {
            await page.GoAsync((await OAuthClient.OfAsync(app, name: name)).Authorize());
            await page.ShouldBeGoodAsync("consent-dev");
        }
    }

    /// <summary>Browsers hold form-action against the redirect that answers a form, so the page must allow the application's address.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_button_leads_back_to_the_application(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await using var other = await TestApp.StartAsync(database, overKestrel: true);
        var admin = await app.HasKeyAsync([Scopes.Manage]);
        var callback = new Uri(other.Address, "/docs").ToString();
        var added = await app.PostAsync("/sluice/v1/oauth-apps", new { name = "Elsewhere", redirectUris = new[] { callback } }, admin);
        await using var page = await browser.OpenAsync(app.Address);

        await page.GoAsync($"/oauth2/authorize?response_type=code&scope=api:flows:read&client_id={added.Json["app"]!["clientId"]}&redirect_uri={Uri.EscapeDataString(callback)}");
        await page.Page.GetByLabel("Access key").FillAsync(admin.AccessKey);
        await page.Page.GetByLabel("Secret").FillAsync(admin.AccessKeySecret);
        await page.PressAsync("Allow for Acme");

        Assert.StartsWith($"{callback}?code=slc_", page.Page.Url, StringComparison.Ordinal);
    }
}
