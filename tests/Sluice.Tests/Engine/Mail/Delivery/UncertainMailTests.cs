using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Mail.Delivery;

/// <summary>Only mail of which the mail server may have the last line is uncertain, however the program or the database ends.</summary>
[Slow]
public sealed class UncertainMailTests
{
    private const int Due = 20;
    private const int AtOnce = 8;

    [Theory, EveryDatabase]
    public async Task Mail_whose_last_line_was_not_sent_is_sent_later_if_the_program_is_killed(Database database)
    {
        await using var peer = new ScriptedMailServer(("RCPT", ScriptedMailServer.Silence));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var instances = await HasDueAsync(app);

        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection, "--smtp", peer.Url);
            await Eventually.UntilAsync(() => Count(peer, "RCPT") == AtOnce);
            await server.KillAsync();
        });
        Assert.Equal((Due - AtOnce, AtOnce), await CountAsync(app, instances, MessageState.Queued, MessageState.Sending));
        peer.Answer("RCPT", "250 fine");

        // On a SQLite file nobody else can be at work, so the server that starts puts it back at once. On PostgreSQL the others see after a minute that nobody renews the claim.
        app.Clock.Advance(TimeProvider.System.GetUtcNow() - app.Clock.GetUtcNow() + (database == Database.Sqlite ? TimeSpan.Zero : ClaimMail.ClaimLease));
        await app.RunAsync();

        Assert.Equal((Due, 0), await CountAsync(app, instances, MessageState.Sent, MessageState.Uncertain));
        Assert.Equal(Due, Count(peer, "."));
    }

    [Theory, EveryDatabase]
    public async Task As_many_mails_are_uncertain_after_a_kill_as_the_mail_server_has(Database database)
    {
        await using var peer = new ScriptedMailServer((".", ScriptedMailServer.Silence));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var instances = await HasDueAsync(app);

        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection, "--smtp", peer.Url);
            await Eventually.UntilAsync(() => Count(peer, ".") == AtOnce);
            await server.KillAsync();
        });
        peer.Answer(".", "250 taken");
        app.Clock.Advance(TimeProvider.System.GetUtcNow() - app.Clock.GetUtcNow() + ClaimMail.Lease + TimeSpan.FromMinutes(1));
        await app.RunAsync();

        Assert.Equal((Due - AtOnce, AtOnce), await CountAsync(app, instances, MessageState.Sent, MessageState.Uncertain));
        Assert.Equal(Due, Count(peer, "."));
    }

    [Theory, EveryDatabase]
    public async Task A_program_that_is_asked_to_stop_waits_for_the_answer_to_a_mail(Database database)
    {
        await using var peer = new ScriptedMailServer((".", ScriptedMailServer.Pause));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        var instances = await HasDueAsync(app);

        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection, "--smtp", peer.Url);
            await Eventually.UntilAsync(() => Count(peer, ".") == AtOnce);
            var stopping = server.TerminateAsync();
            await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
            Assert.False(stopping.IsCompleted);
            peer.Continue();
            Assert.Equal(0, await stopping);
        });

        Assert.Equal((Due - AtOnce, AtOnce), await CountAsync(app, instances, MessageState.Queued, MessageState.Sent));
        Assert.Equal(AtOnce, Count(peer, "."));
        Assert.Equal(AtOnce, Count(peer, "QUIT"));
    }

    /// <summary>What was not tried is put back at once, and does not count as a try.</summary>
    [Theory, EveryDatabase]
    public async Task A_program_that_is_asked_to_stop_puts_back_the_mail_that_cannot_have_left(Database database)
    {
        await using var peer = new ScriptedMailServer(("RCPT", ScriptedMailServer.Silence));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        var instances = await HasDueAsync(app);

        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection, "--smtp", peer.Url);
            await Eventually.UntilAsync(() => Count(peer, "RCPT") == AtOnce);
            Assert.Equal(0, await server.TerminateAsync());
        });

        var mails = await MailAsync(app, instances);
        Assert.All(mails, mail => Assert.Equal((MessageState.Queued, 0, null, null), (mail.State, mail.Tries, mail.Error, mail.SentAt)));
        Assert.All(mails, mail => Assert.True(mail.DueAt <= TimeProvider.System.GetUtcNow()));
    }

    /// <summary>The living server knows the answers. It records them when the database is back.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task Answers_that_come_while_the_database_is_away_are_recorded_when_it_is_back(Database database)
    {
        var (cluster, connection) = await PostgresCluster.StartNewAsync();
        await using var peer = new ScriptedMailServer((".", ScriptedMailServer.Pause));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null, Database = connection });
        var instances = await HasDueAsync(app);

        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection, "--smtp", peer.Url);
            await Eventually.UntilAsync(() => Count(peer, ".") == AtOnce);
            await cluster.StopAsync();
            peer.Continue();
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
            await cluster.StartAsync();
            await Eventually.UntilAsync(() => Count(peer, ".") == Due);
            Assert.Equal(0, await server.TerminateAsync());
            Assert.Contains(server.Errors, line => line.Contains("could not be recorded yet", StringComparison.Ordinal));
        });

        Assert.Equal((Due, 0), await CountAsync(app, instances, MessageState.Sent, MessageState.Uncertain));
        Assert.Equal(Due, Count(peer, "."));
    }

    /// <summary>A worker that is late must not send the last line of a mail that another worker has put back and sent.</summary>
    [Theory, EveryDatabase]
    public async Task A_late_worker_does_not_send_the_last_line_of_a_mail_that_was_put_back(Database database)
    {
        await using var peer = new ScriptedMailServer(("DATA", ScriptedMailServer.Pause));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport(patience: TimeSpan.FromSeconds(30)) });
        await using var other = await app.HasAnotherNodeAsync(options => options with { Transport = new CaptureTransport() });
        var instance = await app.HasDueInstanceAsync("003A", await app.HasMailFlowAsync());
        var sending = app.RunAsync();
        await Eventually.UntilAsync(() => peer.Heard.Contains("DATA"));

        app.Clock.Advance(ClaimMail.Lease);
        await other.RunAsync();
        Assert.Equal(MessageState.Sent, (await app.MailOfAsync(instance))[0].State);
        peer.Continue();
        await sending;

        Assert.Equal(0, Count(peer, "."));
        Assert.Equal(MessageState.Sent, (await app.MailOfAsync(instance))[0].State);
    }

    private static async Task<List<Run>> HasDueAsync(TestApp app)
    {
        var (flow, instances) = (await app.HasMailFlowAsync(), new List<Run>());
        for (var id = 0; id < Due; id++)
        {
            instances.Add(await app.HasDueInstanceAsync($"003{id}", flow));
        }

        return instances;
    }

    private static async Task<List<Message>> MailAsync(TestApp app, List<Run> instances)
    {
        var mails = new List<Message>();
        foreach (var instance in instances)
        {
            mails.Add((await app.MailOfAsync(instance))[0]);
        }

        return mails;
    }

    private static async Task<(int, int)> CountAsync(TestApp app, List<Run> instances, MessageState one, MessageState other) =>
        await MailAsync(app, instances) is var mails ? (mails.Count(mail => mail.State == one), mails.Count(mail => mail.State == other)) : default;

    private static int Count(ScriptedMailServer peer, string word) => peer.Heard.Count(line => line.Split(' ', ':')[0] == word);
}
