using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;
using Sluice.Tests.Server.Api.Manage.Flows;

namespace Sluice.Tests.Engine.Mail.Delivery;

/// <summary>Mail that a limit holds waits in the queue of the limit. In the morning the queue gives out as many mails as may leave, the oldest first.</summary>
public sealed class LimitQueueTests
{
    public static readonly TheoryData<string> Limits = ["SenderDay", "SenderWeek", "RecipientDay", "DomainDay", "CompanyDay"];

    [Theory, EveryDatabase]
    public async Task Mail_held_by_any_limit_leaves_in_its_order_and_no_more_at_once_than_the_limit_allows(Database database)
    {
        foreach (var limit in Limits.Select(row => row.Data))
        {
            await using var app = await StartAsync(database, limit);
            var flow = await HasOneMailFlowAsync(app);
            var all = new List<Run>();
            foreach (var number in Enumerable.Range(0, 7))
            {
                all.Add(await HasDueAsync(app, number, flow, limit == "RecipientDay"));
            }

            var waves = await RunToTheEndAsync(app);

            Assert.Equal(["0 1", "2 3", "4 5", "6"], waves);
            Assert.Empty(await QueuesAsync(app));
            Assert.All(all, run => Assert.Equal(InstanceStatus.FinishedNoReply, app.RunOfAsync(run).Result.Status));
        }
    }

    [Theory, EveryDatabase]
    public async Task Until_the_queue_opens_its_mail_is_not_due_and_says_why(Database database)
    {
        await using var app = await StartAsync(database, "SenderDay");
        var flow = await HasOneMailFlowAsync(app);
        foreach (var number in Enumerable.Range(0, 4))
        {
            await HasDueAsync(app, number, flow);
        }

        await app.RunAsync();
        var held = (await MailsAsync(app)).Where(mail => mail.State == MessageState.Queued).ToList();
        var opens = Assert.Single(await QueuesAsync(app));

        Assert.Equal(2, held.Count);
        Assert.All(held, mail => Assert.Equal((opens, HoldReason.SenderDay, 2), (mail.DueAt, mail.Hold!.Reason, mail.Hold.Limit)));
        Assert.Equal(opens, await app.Engine.NextDueAsync(CancellationToken.None));
        Assert.Empty(await new OutboxStore(app.Db).ListDueAsync(opens.AddDays(1), 10, CancellationToken.None));
        var explained = (await app.GetAsync($"/sluice/v1/flow-instances/{held[0].FlowInstanceId}/explain", await app.HasManageKeyAsync())).Json;
        Assert.StartsWith("A sending limit is used up (the sender's 2 mails a day)", (string?)explained["sentence"], StringComparison.Ordinal);
    }

    /// <summary>When the week's limit is reached, the queue of the day's limit says so, without a look at each of its mails.</summary>
    [Theory, EveryDatabase]
    public async Task One_mail_of_a_queue_is_looked_at_and_all_say_the_reason_of_today(Database database)
    {
        await using var app = await StartAsync(database, "SenderDay", limits => limits with { SenderWeek = 2 });
        var flow = await HasOneMailFlowAsync(app);
        foreach (var number in Enumerable.Range(0, 6))
        {
            await HasDueAsync(app, number, flow);
        }

        await app.RunAsync();
        await AdvanceToNextAsync(app);
        await app.Db.ExecuteAsync($"update messages set due_at = 0 where state = 'queued'", CancellationToken.None); // A look at a mail would write it.
        await app.RunAsync();

        var held = (await MailsAsync(app)).Where(mail => mail.State == MessageState.Queued).ToList();
        Assert.Equal(4, held.Count);
        Assert.All(held, mail => Assert.Equal((HoldReason.SenderWeek, 2), (mail.Hold!.Reason, mail.Hold.Limit)));
        Assert.Equal([0L], await app.Db.QueryAsync($"select distinct due_at from messages where state = 'queued'", row => row.GetInt64(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task A_pause_takes_a_mail_out_of_the_queue_and_does_not_make_it_leave_sooner(Database database)
    {
        await using var app = await StartAsync(database, "SenderDay");
        var (flow, author) = (await HasOneMailFlowAsync(app), await Author.OfAsync(app));
        var all = new List<Run>();
        foreach (var number in Enumerable.Range(0, 4))
        {
            all.Add(await HasDueAsync(app, number, flow));
        }

        await app.RunAsync();
        var opens = Assert.Single(await QueuesAsync(app));
        foreach (var run in all[2..])
        {
            await author.PostAsync($"flow-instances/{run.Id}/pause", "{}");
        }

        app.Clock.Advance(opens.AddHours(-1) - app.Clock.GetUtcNow()); // The day's limit has begun anew, but it is not eight yet.
        await author.PostAsync($"flow-instances/{all[3].Id}/resume");
        await app.RunAsync();
        Assert.Equal((MessageState.Queued, opens, HoldReason.SenderDay), (await app.MailOfAsync(all[3]))[0] is var back ? (back.State, back.DueAt, back.Hold?.Reason) : default);
        Assert.Equal((MessageState.Held, null), (await app.MailOfAsync(all[2]))[0] is var held ? (held.State, held.LimitQueueId) : default);

        await AdvanceToNextAsync(app);
        await app.RunAsync();
        await author.PostAsync($"flow-instances/{all[2].Id}/resume");
        await app.RunAsync();
        Assert.Equal([MessageState.Sent, MessageState.Sent], [(await app.MailOfAsync(all[2]))[0].State, (await app.MailOfAsync(all[3]))[0].State]);
    }

    [Theory, EveryDatabase]
    public async Task Nodes_that_share_a_queue_send_no_mail_twice_and_no_more_than_the_limit(Database database)
    {
        await using var app = await StartAsync(database, "CompanyDay", limits => limits with { CompanyDay = 5 });
        await using var other = await app.HasAnotherNodeAsync();
        var flow = await HasOneMailFlowAsync(app);
        foreach (var number in Enumerable.Range(0, 17))
        {
            await HasDueAsync(app, number, flow);
        }

        var waves = await RunToTheEndAsync(app, other);

        Assert.Equal([5, 5, 5, 2], waves.Select(wave => wave.Split(' ').Length));
        Assert.Equal(17, waves.SelectMany(wave => wave.Split(' ')).Distinct().Count());
    }

    /// <summary>The bound of the second budget is 2 s; a slow machine gets ten times that.</summary>
    [Theory(Explicit = true), EveryDatabase]
    public async Task A_thousand_people_with_one_sender_go_through_thirty_days_in_seconds(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        foreach (var number in Enumerable.Range(0, 1000))
        {
            await HasDueAsync(app, number, flow);
        }

        var (begun, end) = (TimeProvider.System.GetTimestamp(), app.Clock.GetUtcNow().AddDays(30));
        while (await app.Engine.NextDueAsync(CancellationToken.None) is { } next && next <= end)
        {
            app.Clock.Advance(next > app.Clock.GetUtcNow() ? next - app.Clock.GetUtcNow() : TimeSpan.Zero);
            await app.RunAsync();
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 0, 20);
        Assert.Equal(2000, (await app.Db.QueryAsync($"select count(*) from messages where state = 'sent'", row => row.GetInt64(0), CancellationToken.None)).Single());
    }

    /// <summary>Starts a server on which two mails fit into this limit.</summary>
    private static async Task<TestApp> StartAsync(Database database, string limit, Func<MailLimits, MailLimits>? change = null)
    {
        var app = await TestApp.StartAsync(database);
        var two = limit switch
        {
            "SenderDay" => MailLimits.Default with { SenderDay = 2 },
            "SenderWeek" => MailLimits.Default with { SenderWeek = 2 },
            "RecipientDay" => MailLimits.Default with { RecipientDay = 2 },
            "DomainDay" => MailLimits.Default with { DomainDay = 2 },
            _ => MailLimits.Default with { CompanyDay = 2 },
        };
        await app.HasSettingsAsync(company => company with { Engine = company.Engine with { Limits = change?.Invoke(two) ?? two } });
        return app;
    }

    private static async Task<Flow> HasOneMailFlowAsync(TestApp app)
    {
        var flow = await app.HasFlowAsync("One mail", change: flow => flow with { Window = new SendingWindow(0, 1440, 127) });
        await app.HasStepAsync(flow, 1, "AUTO_SEND_EMAIL", change: step => step with { Subject = "Hello", Body = "<p>Hi</p>" });
        return flow;
    }

    private static async Task<Run> HasDueAsync(TestApp app, int number, Flow flow, bool isSameAddress = false)
    {
        await app.HasProspectWithEmailAsync($"p{number}", isSameAddress ? "p@example.org" : null);
        return await app.HasInstanceAsync($"p{number}", flow, change: instance => instance with { NextDueAt = app.Clock.GetUtcNow() });
    }

    /// <returns>What left at each moment: the numbers of the prospects, in order.</returns>
    private static async Task<List<string>> RunToTheEndAsync(params TestApp[] nodes)
    {
        var (app, waves) = (nodes[0], new List<string>());
        do
        {
            var before = (await SentAsync(app)).Count;
            await Task.WhenAll(nodes.Select(node => node.RunAsync()));
            var sent = (await SentAsync(app))[before..];
            waves.AddRange(sent.Count == 0 ? [] : [string.Join(' ', sent)]);
        }
        while (await AdvanceToNextAsync(app));

        return waves;
    }

    /// <returns>False: nothing comes due any more.</returns>
    private static async Task<bool> AdvanceToNextAsync(TestApp app)
    {
        if (await app.Engine.NextDueAsync(CancellationToken.None) is not { } next)
        {
            return false;
        }

        app.Clock.Advance(next - app.Clock.GetUtcNow());
        return true;
    }

    private static Task<List<Message>> MailsAsync(TestApp app) => new MessageStore(app.Db).ListAsync(app.Tenant.Id, null, null, null, 100, CancellationToken.None);

    private static async Task<List<string>> SentAsync(TestApp app) => await app.Db.QueryAsync($"""
        select p.crm_id
        from messages m
        join prospects p on p.company_id = m.company_id and p.id = m.prospect_id
        where m.state = 'sent'
        order by m.sent_at, m.id
        """, row => row.GetString(0)[1..], CancellationToken.None);

    private static Task<List<DateTimeOffset>> QueuesAsync(TestApp app) =>
        app.Db.QueryAsync($"select opens_at from limit_queues", row => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), CancellationToken.None);
}
