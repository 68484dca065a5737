using System.Diagnostics;
using Sluice.Engine.Instances;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Unsubscribe;

/// <summary>Links that are not valid, and names that somebody made up to do harm.</summary>
public sealed class UnsubscribeLinkTests
{
    [Theory, EveryDatabase]
    public async Task Every_link_that_is_not_valid_gets_the_same_page(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var (recipient, other) = (await Recipient.OfAsync(app), await app.HasTenantAsync("Other"));
        var token = recipient.Link.Split('/')[^1];
        var theirs = await app.HasInstanceAsync("003B", of: other);
        var before = await app.Db.DumpAsync();
        string[] links =
        [
            "x", token[..^1], token + "A", token.ToUpperInvariant(), $"{token}.", $"{token}%3E", "%F0%9F%98%80", new string('A', 43), new string('A', 5000),
            token[..^2] + (token.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA"),
            recipient.LinkOf(theirs).Split('/')[^1], // Signed with the key of another company.
            recipient.LinkOf(recipient.Instance with { Id = 1 }).Split('/')[^1], // Signed, but its instance was deleted.
        ];

        var pages = new HashSet<string>();
        foreach (var link in links)
        {
            foreach (var verb in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
            {
                app.Clock.Advance(TimeSpan.FromMinutes(2)); // So that no refusal is slowed down.
                using var request = new HttpRequestMessage(verb, $"/unsubscribe/{link}?choice=all");
                var page = await WebPage.ReadAsync(await app.Client.SendAsync(request));
                Assert.Equal((link, NotFound, "text/html"), (link, page.Response.StatusCode, page.Response.Content.Headers.ContentType?.MediaType));
                pages.Add(page.Html);
            }
        }

        Assert.Contains("This link does not work", Assert.Single(pages), StringComparison.Ordinal);
        Assert.Equal(before, await app.Db.DumpAsync());
        Assert.True((await app.RunOfAsync(theirs)).IsOpen);
    }

    [Theory, EveryDatabase, Slow]
    public async Task Who_tries_many_links_is_slowed_down_and_valid_links_from_there_are_not(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var recipient = await Recipient.OfAsync(app);
        for (var i = 0; i < 20; i++)
        {
            await TimeAsync("/unsubscribe/x");
        }

        Assert.InRange((await TimeAsync("/unsubscribe/x")).TotalSeconds, 0.9, 30);
        Assert.InRange((await TimeAsync(recipient.Link)).TotalSeconds, 0, 0.9);

        async Task<TimeSpan> TimeAsync(string address)
        {
            var start = Stopwatch.GetTimestamp();
            using var response = await app.Client.GetAsync(address);
            return Stopwatch.GetElapsedTime(start);
        }
    }

    [Theory, EveryDatabase]
    public async Task A_name_or_subject_is_never_treated_as_markup(Database database)
    {
        const string Attack = "<script>alert(1)</script>\" onload='x' &lt;b&gt; </bdi></title><img src=x>";
        await using var app = await TestApp.StartAsync(database);
        var recipient = await Recipient.OfAsync(app, company: Attack, subject: Attack);

        foreach (var choice in (string?[])["none", "flow", "all"])
        {
            await recipient.PressAsync(choice);
            var page = (await recipient.LookAsync()).Html;
            Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
            Assert.Contains("&amp;lt;b&amp;gt;", page, StringComparison.Ordinal);
            Assert.DoesNotMatch("<script|<img|onload='", page);
        }
    }

    /// <summary>Both take the prospect's lock first. Whoever is first, nobody is in the flow afterwards.</summary>
    [Theory, EveryDatabase, Slow]
    public async Task An_assignment_at_the_same_moment_does_not_bring_the_prospect_back_into_the_flow(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        for (var i = 0; i < 30; i++)
        {
            var recipient = await Recipient.OfAsync(app, $"003{i}");
            await app.UnassignAsync(recipient.Instance.Id);

            await Task.WhenAll(Task.Run(() => app.AssignAsync(recipient.Flow, recipient.CrmId)), Task.Run(() => recipient.PressAsync("flow")));

            var open = (await app.ListAsync(recipient.CrmId)).Each("prospectsAssigned", "flowId");
            Assert.Equal([$"{recipient.OtherFlow.Id}"], open);
        }
    }

    /// <summary>An import or a later bug could open an instance in spite of the opt-out. The last check before a mail leaves ends it.</summary>
    [Theory, EveryDatabase]
    public async Task An_instance_that_should_not_be_there_sends_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var recipient = await Recipient.OfAsync(app);
        await recipient.PressAsync("flow");

        var planted = await app.HasInstanceWithSentMailAsync(recipient.CrmId, recipient.Flow);

        Assert.Empty(await app.MailOfAsync(planted));
        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(planted)).FinishReason);
    }
}
