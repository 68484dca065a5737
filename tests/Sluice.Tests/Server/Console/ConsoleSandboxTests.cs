using System.Text.RegularExpressions;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>Sandboxes on the Developer page, and the console of a sandbox that is open.</summary>
public sealed partial class ConsoleSandboxTests
{
    private const string Page = "/console/developer/sandboxes";

    [Theory, EveryDatabase]
    public async Task A_sandbox_is_made_opened_moved_and_led_back_and_the_company_of_the_server_stays_as_it_is(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        await ConsoleScene.OpenAsync(app);
        var (person, colleague) = (new ConsoleVisitor(app), new ConsoleVisitor(app));
        await person.GetAsync(Page);
        Assert.Equal((SeeOther, $"{Page}?said=sandbox-new"), Place(await person.PostAsync(Page, ("seed", "1"), ("clock", "2026-11-02T09:00"))));
        var id = IdOf((await person.GetAsync(Page)).Html);

        Assert.Equal((SeeOther, "/console"), Place(await person.PostAsync($"{Page}/{id}/open")));
        var before = await colleague.GetAsync("/console/developer/clock");
        Assert.Contains($"This is sandbox {id}.", (await person.GetAsync("/console/developer/clock")).Html, StringComparison.Ordinal);
        Assert.Equal(OK, (await person.PostAsync("/console/developer/clock", ("advance", "1d"))).Status);
        Assert.Equal((SeeOther, $"{Page}?said=sandbox-kept"), Place(await person.PostInAsync(Page, $"{Page}/{id}/snapshots")));
        Assert.Equal(OK, (await person.PostInAsync("/console/developer/clock", "/console/developer/clock", ("advance", "1d"))).Status);
        await person.PostAsync("/console/developer/faults", ("kind", "500"), ("path", "/v2"), ("times", "1"));

        Assert.Contains("Hugo", (await person.GetAsync("/console/people?q=Hugo")).Html, StringComparison.Ordinal); // Of the demo data.
        Assert.Contains("No fault is planned.", (await colleague.GetAsync("/console/developer/faults")).Html, StringComparison.Ordinal);
        Assert.Equal(Clock(before.Html), Clock((await colleague.GetAsync("/console/developer/clock")).Html));
        Assert.Contains("4 Nov", (await person.GetAsync(Page)).Html, StringComparison.Ordinal);

        var snapshot = Snapshot().Match((await person.GetAsync(Page)).Html).Groups[1].Value;
        Assert.Equal((SeeOther, $"{Page}?said=sandbox-forked"), Place(await person.PostAsync($"{Page}/{id}/fork", ("snapshot", snapshot))));
        Assert.Equal((SeeOther, $"{Page}?said=sandbox-forked"), Place(await person.PostAsync($"{Page}/{id}/fork")));
        var forks = Id().Matches((await person.GetAsync(Page)).Html).Select(match => match.Groups[1].Value).Where(one => one != id).ToList();
        Assert.Equal(2, forks.Count);
        Assert.Equal(["4 Nov", "3 Nov"], Days().Matches((await person.GetAsync(Page)).Html).Select(match => match.Groups[1].Value).Take(2)); // The newest first: as it is, and as it was.
        foreach (var fork in forks)
        {
            await person.PostAsync($"{Page}/{fork}/drop");
        }

        Assert.Equal((SeeOther, $"{Page}?said=sandbox-restored"), Place(await person.PostAsync($"{Page}/{id}/restore", ("snapshot", snapshot))));
        Assert.Contains("3 Nov", Clock((await person.GetAsync("/console/developer/clock")).Html), StringComparison.Ordinal);
        Assert.Equal((SeeOther, $"{Page}?said=sandbox-reset"), Place(await person.PostInAsync(Page, $"{Page}/{id}/reset")));
        Assert.Contains("2 Nov", Clock((await person.GetAsync("/console/developer/clock")).Html), StringComparison.Ordinal);
        Assert.Equal((SeeOther, $"{Page}?said=sandbox-left"), Place(await person.PostInAsync(Page, $"{Page}/leave")));
        Assert.DoesNotContain("This is sandbox", (await person.GetAsync("/console/developer/clock")).Html, StringComparison.Ordinal);
        Assert.Equal((SeeOther, $"{Page}?said=sandbox-dropped"), Place(await person.PostInAsync(Page, $"{Page}/{id}/drop")));
        Assert.Contains("There is no sandbox.", (await person.GetAsync(Page)).Html, StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task What_is_wrong_or_gone_is_said_and_a_form_of_one_company_does_nothing_in_another(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        await ConsoleScene.OpenAsync(app);
        var person = new ConsoleVisitor(app);
        await person.GetAsync(Page);

        foreach (var (seed, clock) in ((string, string)[])[("x", ""), ("-1", ""), ("1", "soon"), ("1", "1999-01-01")])
        {
            Assert.Equal((seed, clock, BadRequest), (seed, clock, (await person.PostAsync(Page, ("seed", seed), ("clock", clock))).Status));
        }

        foreach (var what in (string[])["open", "reset", "snapshots", "fork", "restore", "drop"])
        {
            Assert.Equal((what, NotFound), (what, (await person.PostAsync($"{Page}/1/{what}", ("snapshot", "1"))).Status));
        }

        Assert.Equal(OK, (await WithCookieAsync("no number")).Status);
        Assert.Equal(OK, (await WithCookieAsync("123")).Status);

        await person.PostAsync(Page, ("seed", "1"));
        var id = IdOf((await person.GetAsync(Page)).Html);
        Assert.Equal(NotFound, (await person.GetAsync($"/sandbox/{id}/console/developer/clock")).Status);
        await person.GetAsync("/console/developer/clock"); // The page of the server's own company, with its form.
        person.Cookies["sluice-sandbox"] = id;
        Assert.Equal(Forbidden, (await person.PostAsync("/console/developer/clock", ("advance", "1d"))).Status);

        Task<ConsoleReply> WithCookieAsync(string cookie)
        {
            person.Cookies["sluice-sandbox"] = cookie;
            return person.GetAsync("/console/developer/clock");
        }
    }

    private static (System.Net.HttpStatusCode, string?) Place(ConsoleReply reply) => (reply.Status, reply.Location);

    private static string IdOf(string html) => Id().Match(html).Groups[1].Value;

    private static string Clock(string html) => Now().Match(html).Groups[1].Value;

    [GeneratedRegex("sandboxes/([0-9]+)/open")]
    private static partial Regex Id();

    [GeneratedRegex("name=\"snapshot\" value=\"([0-9]+)\"")]
    private static partial Regex Snapshot();

    [GeneratedRegex("Its clock</dt><dd><time[^>]*>([^,]+),")]
    private static partial Regex Days();

    [GeneratedRegex("<p class=\"now\">(.*?)</p>", RegexOptions.Singleline)]
    private static partial Regex Now();
}
