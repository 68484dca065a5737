using Microsoft.Playwright;

namespace Sluice.Tests.Server.Api.Unsubscribe;

/// <summary>The unsubscribe page as a recipient sees it, in each of its states.</summary>
[Slow]
public sealed class UnsubscribeBrowserTests(Browser browser)
{
    private const string RightToLeft = "شركة الروبوتات (حيفا)!";

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Each_state_of_the_page_is_accessible_and_fits(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var recipient = await Recipient.OfAsync(app, company: "Larkspur Robotics");
        await using var page = await browser.OpenAsync(app.Address, Screens.Narrow);

        await page.GoAsync(recipient.Link);
        await page.ShouldBeGoodAsync("unsubscribe-choose");
        await page.PressAsync("Stop this series");
        await page.ShouldBeGoodAsync("unsubscribe-flow");
        await page.PressAsync("Stop all mail");
        await page.ShouldBeGoodAsync("unsubscribe-all");

        Assert.Equal(404, await page.GoAsync("/unsubscribe/x"));
        await page.ShouldBeGoodAsync("unsubscribe-unknown", ofStatus: 404);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_refused_choice_is_accessible_and_fits(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var recipient = await Recipient.OfAsync(app);
        await using var page = await browser.OpenAsync(app.Address, Screens.Narrow);

        await page.GoAsync(recipient.Link);
        await page.Page.EvaluateAsync("document.forms[0].action = '?choice=none'");
        await page.PressAsync("Stop this series");

        await Assertions.Expect(page.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Nothing has changed: there is no such choice.");
        await page.ShouldBeGoodAsync("unsubscribe-refused", ofStatus: 400);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Names_that_are_long_or_from_right_to_left_fit(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await using var page = await browser.OpenAsync(app.Address, Screens.Narrow);
        foreach (var (crmId, name) in new[] { ("rtl", RightToLeft), ("long", new string('W', 500)), ("words", string.Concat(Enumerable.Repeat("Gesellschaft ", 38))) })
        {
            var recipient = await Recipient.OfAsync(app, crmId, company: name, subject: name.Trim());
            foreach (var choice in (string?[])[null, "Stop this series", "Stop all mail"])
            {
                await (choice is null ? page.GoAsync(recipient.Link) : page.PressAsync(choice));
                await page.ShouldBeGoodAsync($"unsubscribe-{crmId}-{choice?.Split(' ')[1] ?? "choose"}");
            }
        }
    }

    /// <summary>The name ends with an exclamation mark, so at its left. In the direction of the English sentence it would stand at the right.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_name_from_right_to_left_keeps_its_own_direction(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var recipient = await Recipient.OfAsync(app, company: RightToLeft);
        await recipient.PressAsync("all");
        await using var page = await browser.OpenAsync(app.Address);

        await page.GoAsync(recipient.Link);

        Assert.True(await page.Page.EvaluateAsync<bool>("""
            () => {
              const name = [...document.querySelectorAll('p')].find(one => one.textContent.startsWith('You get no more')).querySelector('strong');
              const text = document.createTreeWalker(name, NodeFilter.SHOW_TEXT).nextNode();
              const last = document.createRange();
              last.setStart(text, text.length - 1);
              last.setEnd(text, text.length);
              return last.getBoundingClientRect().left <= name.getBoundingClientRect().left + 1;
            }
            """));
    }

    /// <summary>
    /// <c>sluice dev</c> refuses a form of a foreign page, which it knows by the Origin. The page must not keep the browser from telling its own.
    /// </summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_buttons_work_in_dev_under_a_name_of_the_network(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { OverKestrel = true, IsDev = true, AllowedHosts = [Browser.HostName] });
        var recipient = await Recipient.OfAsync(app);
        await using var page = await browser.OpenAsync(new UriBuilder(app.Address) { Host = Browser.HostName }.Uri);

        await page.GoAsync(recipient.Link);
        await page.PressAsync("Stop all mail");

        Assert.Equal("You are unsubscribed", await page.Page.GetByRole(AriaRole.Heading).TextContentAsync());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_page_works_with_the_keyboard_and_shows_the_focus(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var recipient = await Recipient.OfAsync(app);
        await using var page = await browser.OpenAsync(app.Address);
        await page.GoAsync(recipient.Link);

        await page.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Stop this series", await page.Page.EvaluateAsync<string>("document.activeElement.textContent"));
        Assert.Equal("3px", await page.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineWidth"));
        await page.Page.Keyboard.PressAsync("Tab");
        await page.FollowAsync(() => page.Page.Keyboard.PressAsync("Enter"));

        Assert.Equal("You are unsubscribed", await page.Page.GetByRole(AriaRole.Heading).TextContentAsync());
        Assert.Equal(recipient.Link, new Uri(page.Page.Url).PathAndQuery);
        await page.Page.ReloadAsync(); // Asks for nothing again: a reload after the redirect is a GET.
        Assert.Equal("You are unsubscribed", await page.Page.GetByRole(AriaRole.Heading).TextContentAsync());
    }
}
