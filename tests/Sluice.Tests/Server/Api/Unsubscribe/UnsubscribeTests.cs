using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.Unsubscribe;

/// <summary>What the page behind an unsubscribe link does. <see cref="UnsubscribeBrowserTests"/> looks at it in a browser.</summary>
public sealed class UnsubscribeTests
{
    [Theory, EveryDatabase]
    public async Task The_page_names_the_company_and_offers_this_flow_or_all_mail(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var recipient = await Recipient.OfAsync(app, company: "Larkspur Robotics");

        var page = await recipient.LookAsync();

        page.ShouldShow("Which mail do you want to stop?", "Mail from <strong><bdi>Larkspur Robotics</bdi></strong>", "the messages that began with “<bdi>Walking distance</bdi>”");
        Assert.Equal(["Stop this series", "Stop all mail"], page.Buttons());
        Assert.Equal(200, page.Status);
    }

    /// <summary>Mail scanners and previews follow links.</summary>
    [Theory, EveryDatabase]
    public async Task Opening_the_page_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var recipient = await Recipient.OfAsync(app);
        var before = await app.Db.DumpAsync();

        foreach (var address in (string[])[recipient.Link, $"{recipient.Link}?choice=all", $"{recipient.Link}?choice=flow", $"{recipient.Link}?List-Unsubscribe=One-Click"])
        {
            Assert.Equal(200, (await WebPage.ReadAsync(await app.Client.GetAsync(address))).Status);
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "inf", "Unsubscribed from this flow only: InvalidState, Prospect opted out", Refusal = true)]
    public async Task Who_stops_a_flow_leaves_it_is_never_assigned_to_it_again_and_stays_in_the_others(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var recipient = await Recipient.OfAsync(app);

        var pressed = await recipient.PressAsync("flow");

        Assert.Equal((SeeOther, recipient.Link.Split('/')[^1]), (pressed.Response.StatusCode, pressed.Response.Headers.Location!.ToString()));
        var (ended, elsewhere) = (await app.RunOfAsync(recipient.Instance), await app.RunOfAsync(recipient.Elsewhere));
        Assert.Equal((InstanceStatus.Finished, FinishReason.OptedOut, InstanceStatus.Running), (ended.Status, ended.FinishReason, elsewhere.Status));
        Assert.Equal("opted_out {\"reason\":\"By the link in a mail, from this flow only\"}", await LastEventAsync(app, recipient.Instance));
        await app.UnassignAsync(recipient.Elsewhere.Id);
        Assert.Equal(["Prospect opted out"], await recipient.AssignAgainAsync(recipient.Flow));
        Assert.Empty(await recipient.AssignAgainAsync(recipient.OtherFlow));
        Assert.Empty(await recipient.AssignAgainAsync(app.Tenant.Flow));

        var page = await recipient.LookAsync();
        page.ShouldShow("You are unsubscribed from this series", "the messages that began with “<bdi>Walking distance</bdi>”");
        Assert.Equal(["Stop all mail"], page.Buttons());
    }

    [Theory, EveryDatabase]
    public async Task Who_stops_all_mail_leaves_all_flows_and_is_not_asked_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var recipient = await Recipient.OfAsync(app, company: "Larkspur Robotics");

        foreach (var choice in (string[])["flow", "all"])
        {
            Assert.Equal(SeeOther, (await recipient.PressAsync(choice)).Response.StatusCode);
        }

        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(recipient.Instance)).FinishReason);
        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(recipient.Elsewhere)).FinishReason);
        Assert.Equal(["Prospect opted out"], await recipient.AssignAgainAsync(app.Tenant.Flow));
        Assert.Equal("opted_out {\"reason\":\"By the link in a mail\"}", await LastEventAsync(app, recipient.Elsewhere));
        var page = await recipient.LookAsync();
        page.ShouldShow("You are unsubscribed</h1>", "You get no more mail from <strong><bdi>Larkspur Robotics</bdi></strong>");
        Assert.Empty(page.Buttons());
    }

    /// <summary>RFC 8058: the mail program sends the body in one of two encodings, and does not follow redirects.</summary>
    [Theory, EveryDatabase]
    public async Task One_click_stops_all_mail_in_either_encoding_and_without_a_body(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var (i, body) in ((HttpContent?[])
            [
                new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]),
                new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } },
                null,
            ]).Index())
        {
            var recipient = await Recipient.OfAsync(app, $"003{i}");

            var page = await WebPage.ReadAsync(await app.Client.PostAsync(recipient.Link, body));

            Assert.Equal(200, page.Status);
            page.ShouldShow("You are unsubscribed</h1>");
            Assert.True((await recipient.StateAsync()).Prospect.OptedOut);
            Assert.False((await app.RunOfAsync(recipient.Elsewhere)).IsOpen);
        }
    }

    /// <summary>A press of a button, a reload and a mail program that tries again must not burden the database.</summary>
    [Theory, EveryDatabase]
    public async Task A_repeated_request_writes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = RecordingDb.Wrap });
        var (recipient, statements) = (await Recipient.OfAsync(app), ((RecordingDb)app.Db).Statements);
        foreach (var choice in (string?[])["flow", "all", null])
        {
            await recipient.PressAsync(choice);
            Assert.Equal(choice is not null, statements.Keys.Any(IsOptOut)); // The last one finds that all mail is stopped.
            var before = await app.Db.DumpAsync();
            statements.Clear();

            await recipient.PressAsync(choice);
            await recipient.PressAsync("flow"); // After "all" it must not open the other flows again.

            Assert.DoesNotContain(statements.Keys, IsOptOut);
            Assert.Equal(before, await app.Db.DumpAsync());
        }

        static bool IsOptOut(string statement) => statement.StartsWith("update prospects", StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task The_link_of_an_old_mail_stops_the_flow_that_the_prospect_is_in_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var recipient = await Recipient.OfAsync(app);
        await app.UnassignAsync(recipient.Instance.Id);
        var again = await app.HasInstanceWithSentMailAsync(recipient.CrmId, recipient.Flow);

        await recipient.PressAsync("flow");

        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(again)).FinishReason);
        Assert.Equal(FinishReason.RemovedManually, (await app.RunOfAsync(recipient.Instance)).FinishReason);
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(recipient.Elsewhere)).Status);
    }

    [Theory, EveryDatabase]
    public async Task Waiting_mail_of_a_stopped_flow_does_not_leave(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        var recipient = await Recipient.OfAsync(app);
        Assert.Equal([MessageState.Queued], (await app.MailOfAsync(recipient.Instance)).Select(mail => mail.State));

        (await recipient.LookAsync()).ShouldShow("No more of this series of messages."); // None was sent: there is no subject to name.
        await recipient.PressAsync("flow");

        Assert.Equal([MessageState.Cancelled], (await app.MailOfAsync(recipient.Instance)).Select(mail => mail.State));
        Assert.Equal([MessageState.Queued], (await app.MailOfAsync(recipient.Elsewhere)).Select(mail => mail.State));
    }

    [Theory, EveryDatabase]
    public async Task A_choice_that_the_page_does_not_offer_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var recipient = await Recipient.OfAsync(app);
        var before = await app.Db.DumpAsync();

        foreach (var choice in (string[])["", "none", "ALL", "flow&choice=all", "%00"])
        {
            var page = (await recipient.PressAsync(choice)).ShouldShow("Nothing has changed");
            Assert.Equal((choice, 400, 2), (choice, page.Status, page.Buttons().Count()));
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task The_company_lifts_the_opt_out_from_a_flow_and_sees_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (author, recipient) = (await Author.OfAsync(app), await Recipient.OfAsync(app));
        await recipient.PressAsync("flow");

        var seen = await author.PatchAsync("prospects/003A", """{"doNotContact":false}""");
        Assert.Equal($"""["{recipient.Flow.Id}"]""", seen.Json["prospect"]!["optedOutFlowIds"]!.ToJsonString());
        Assert.Equal(["Prospect opted out"], await recipient.AssignAgainAsync(recipient.Flow));

        var lifted = await author.PatchAsync("prospects/003A", """{"optedOut":false}""");
        Assert.Null(lifted.Json["prospect"]!["optedOutFlowIds"]);
        Assert.Empty(await recipient.AssignAgainAsync(recipient.Flow));
        Assert.Equal(2, (await recipient.LookAsync()).Buttons().Count());
    }

    private static async Task<string> LastEventAsync(TestApp app, Run instance) => (await app.Db.QueryAsync(
        $"select kind, detail from instance_events where company_id = {instance.CompanyId} and flow_instance_id = {instance.Id} order by id desc limit 1",
        row => $"{row.GetString(0)} {row.GetString(1)}",
        CancellationToken.None)).Single();
}
