using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Tasks;

namespace Sluice.Tests.Engine.Mail.Delivery;

/// <summary>What a refusal does to the prospect, the instance, the sender and the operator, by what it says of whom.</summary>
public sealed class RefusedMailTests
{
    [Theory, EveryDatabase]
    public async Task Only_a_refusal_that_speaks_of_the_address_marks_it(Database database)
    {
        foreach (var (to, answer, isMarked) in new[]
        {
            ("RCPT", "550 5.1.1 no such mailbox", true),
            ("RCPT", "550 5.4.1 recipient address rejected", true),
            ("RCPT", "550", true),
            ("RCPT", "550 5.7.1 not allowed", false),
            (".", "554 5.7.1 spam", false),
            ("RCPT", "552 5.2.2 mailbox full", false),
            (".", "550-5.7.26 unauthenticated\r\n550 5.7.26 DMARC", false),
            ("RCPT", "550 5.7.30 basic authentication is not supported", false),
            ("RCPT", "501 5.5.4 bad parameter", false),
        })
        {
            await using var peer = new ScriptedMailServer((to, answer));
            await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
            var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

            Assert.True(isMarked != await IsEmailValidAsync(app), answer);
            Assert.Equal(isMarked ? PauseReason.Bounced : null, (await app.RunOfAsync(instance)).PauseReason);
        }
    }

    [Theory, EveryDatabase]
    public async Task A_refusal_of_the_sender_or_the_text_gives_the_step_to_the_owner_with_the_reason(Database database)
    {
        await using var peer = new ScriptedMailServer((".", "554 5.7.1 this is spam, ada@example.org"));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

        Assert.Equal((MessageState.Failed, "554 5.7.1 this is spam, ada@example.org"), (await app.MailOfAsync(instance))[0] is var mail ? (mail.State, mail.Error) : default);
        Assert.Equal((InstanceStatus.Running, WaitsFor.ToDo), ((await app.RunOfAsync(instance)).Status, (await app.RunOfAsync(instance)).WaitsFor));
        var explained = (await app.GetAsync($"/sluice/v1/flow-instances/{instance.Id}/explain", await app.HasManageKeyAsync())).Json;
        Assert.Contains("because of the sender or the text, not because of the recipient (554 5.7.1 this is spam", (string?)explained["sentence"], StringComparison.Ordinal);
        Assert.Single(app.Logs.Lines, line => line.Contains("refused, policy: 554 5.7.1", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains("spam", StringComparison.Ordinal) || line.Contains("ada@", StringComparison.OrdinalIgnoreCase));
    }

    [Theory, EveryDatabase]
    public async Task After_three_such_refusals_in_a_row_the_senders_mail_is_held_and_one_mail_tries_whether_it_is_taken_again(Database database)
    {
        await using var peer = new ScriptedMailServer((".", "554 5.7.1 spam"));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var flow = await app.HasMailFlowAsync();
        var start = app.Clock.GetUtcNow();
        foreach (var id in new[] { "003A", "003B", "003C" })
        {
            await app.HasInstanceWithSentMailAsync(id, flow);
        }

        Assert.Single(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("is held until", StringComparison.Ordinal));
        Assert.Contains("has refused 3 of your mails in a row", Assert.Single(await TitlesAsync(app)), StringComparison.Ordinal);
        var fourth = await app.HasInstanceWithSentMailAsync("003D", flow);
        Assert.Equal((MessageState.Queued, start.AddHours(1), HoldReason.SenderRefused), await StateAsync(app, fourth));
        Assert.Equal(3, peer.Heard.Count(line => line == "."));

        // The first mail after the hold is refused too: the next hold is twice as long.
        var fifth = await app.HasInstanceWithSentMailAsync("003E", flow);
        app.Clock.Advance(TimeSpan.FromHours(1));
        await app.RunAsync();
        Assert.Equal(4, peer.Heard.Count(line => line == "."));
        Assert.Equal(MessageState.Failed, (await StateAsync(app, fourth)).State);
        Assert.Equal((MessageState.Queued, HoldReason.SenderRefused), await StateAsync(app, fifth) is var waits ? (waits.State, waits.Reason) : default);

        // The probe is accepted: all others follow.
        var sixth = await app.HasInstanceWithSentMailAsync("003F", flow);
        peer.Answer(".", "250 taken");
        app.Clock.Advance(TimeSpan.FromHours(3));
        await app.RunAsync();
        app.Clock.Advance(ClaimMail.Lease);
        await app.RunAsync();
        Assert.Equal(MessageState.Sent, (await StateAsync(app, fifth)).State);
        Assert.Equal(MessageState.Sent, (await StateAsync(app, sixth)).State);
        Assert.Empty(await app.Db.QueryAsync($"select user_id from sender_refusals", row => row.GetInt64(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task A_mail_that_leaves_in_between_ends_the_row(Database database)
    {
        await using var peer = new ScriptedMailServer();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var flow = await app.HasMailFlowAsync();
        foreach (var (id, answer) in new[] { ("003A", "554 no"), ("003B", "554 no"), ("003C", "250 yes"), ("003D", "554 no"), ("003E", "554 no"), ("003F", "250 yes") })
        {
            peer.Answer(".", answer);
            await app.HasInstanceWithSentMailAsync(id, flow);
        }

        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains("is held until", StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task A_full_mailbox_is_tried_for_three_days_then_it_is_a_soft_bounce_and_the_address_stays_valid(Database database)
    {
        await using var peer = new ScriptedMailServer(("RCPT", "552 5.2.2 mailbox full"));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        Assert.Equal(MessageState.Queued, (await StateAsync(app, instance)).State);

        app.Clock.Advance(TimeSpan.FromDays(3));
        var events = await app.RunAsync();

        Assert.Equal([InstanceEvent.SoftBounce, InstanceEvent.MailFailed], events.Select(one => one.Kind));
        Assert.True(await IsEmailValidAsync(app));
        Assert.Equal(WaitsFor.ToDo, (await app.RunOfAsync(instance)).WaitsFor);
    }

    /// <summary>The sender's side must fix these, so they wait; nobody's address is marked.</summary>
    [Theory, EveryDatabase]
    public async Task A_mail_that_cannot_be_offered_is_logged_once_each_time(Database database)
    {
        foreach (var (to, answer, logged) in new[]
        {
            ("RCPT", "451 4.7.1 greylisted ada@example.org", "deferred, for_now: 451 4.7.1"),
            ("AUTH", "535 5.7.8 no, robin", "deferred, login: 535 5.7.8"),
            (".", ScriptedMailServer.HangUp, "unknown, none: The mail server closed the connection"),
        })
        {
            await using var peer = new ScriptedMailServer((to, answer));
            await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport(to == "AUTH" ? "robin:secret" : "") });
            await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

            Assert.Single(app.Logs.Lines, line => line.Contains("did not leave for sure", StringComparison.Ordinal));
            Assert.Single(app.Logs.Lines, line => line.Contains(logged, StringComparison.Ordinal));
            Assert.True(await IsEmailValidAsync(app));
        }
    }

    [Theory, EveryDatabase]
    public async Task A_mail_that_did_not_leave_is_counted_with_its_fault(Database database)
    {
        var seen = new ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "sluice.mails")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => seen.Add(string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
        listener.Start();
        foreach (var (to, answer, counted) in new[]
        {
            ("RCPT", "550 5.1.1 no", "outcome=refused fault=address"),
            ("RCPT", "552 5.2.2 full", "outcome=deferred fault=mailbox"),
            (".", "554 5.7.1 spam", "outcome=refused fault=policy"),
            ("RCPT", "501 5.5.4 what", "outcome=refused fault=ours"),
            ("AUTH", "535 5.7.8 no", "outcome=deferred fault=login"),
            ("RCPT", "451 4.7.1 later", "outcome=deferred fault=for_now"),
        })
        {
            await using var peer = new ScriptedMailServer((to, answer));
            await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport(to == "AUTH" ? "robin:secret" : "") });
            await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

            Assert.Contains(counted, seen);
        }
    }

    /// <summary>An umlaut domain is offered in ASCII. A name with an umlaut is offered only to a mail server with SMTPUTF8; else it is for a person.</summary>
    [Theory, EveryDatabase]
    public async Task An_address_outside_of_ascii_is_offered_where_it_can_be_and_is_never_a_bounce(Database database)
    {
        foreach (var (email, offers, offered) in new[]
        {
            ("ada@exämple.org", "250-peer\r\n250 8BITMIME", "RCPT TO:<ada@xn--exmple-cua.org>"),
            ("ada@exämple.org", "250-peer\r\n250-SMTPUTF8\r\n250 8BITMIME", "RCPT TO:<ada@xn--exmple-cua.org>"),
            ("adä@example.org", "250-peer\r\n250-SMTPUTF8\r\n250 8BITMIME", "RCPT TO:<ad\u00c3\u00a4@example.org>"), // The test server reads bytes as Latin-1.
            ("adä@example.org", "250-peer\r\n250 8BITMIME", null),
        })
        {
            await using var peer = new ScriptedMailServer(("EHLO", offers));
            await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
            var flow = await app.HasMailFlowAsync();
            await app.HasProspectWithEmailAsync("003A", email);
            var instance = await app.HasInstanceAsync("003A", flow, change: one => one with { NextDueAt = app.Clock.GetUtcNow() });
            await app.RunAsync();

            Assert.Equal(offered is null ? MessageState.Failed : MessageState.Sent, (await StateAsync(app, instance)).State);
            Assert.Equal(offered, peer.Heard.FirstOrDefault(line => line.StartsWith("RCPT", StringComparison.Ordinal)));
            Assert.Equal(email.Contains("adä", StringComparison.Ordinal) && offered is not null, peer.Heard.Any(line => line.EndsWith(" SMTPUTF8", StringComparison.Ordinal)));
            Assert.True(await IsEmailValidAsync(app));
            Assert.Equal(offered is null ? WaitsFor.ToDo : WaitsFor.Step, (await app.RunOfAsync(instance)).WaitsFor);
        }
    }

    private static async Task<(MessageState State, DateTimeOffset DueAt, HoldReason? Reason)> StateAsync(TestApp app, Run instance) =>
        (await app.MailOfAsync(instance))[0] is var mail ? (mail.State, mail.DueAt, mail.Hold?.Reason) : default;

    private static async Task<bool> IsEmailValidAsync(TestApp app) =>
        (bool)(await app.GetAsync("/sluice/v1/prospects/003A", await app.HasManageKeyAsync())).Json["prospect"]!["emailIsValid"]!;

    private static Task<List<string>> TitlesAsync(TestApp app) =>
        app.Db.QueryAsync($"select title from todos where kind = {TaskKind.Step.Word()} and title is not null", row => row.GetString(0), CancellationToken.None);
}
