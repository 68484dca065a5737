using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Engine.Mail.Delivery;

/// <summary>Runs the program, which sends a mail, and kills it when the mail server has the mail but has not answered.</summary>
[Slow]
public sealed class MailCrashTests
{
    [Theory, EveryDatabase]
    public async Task If_the_program_is_killed_before_the_answer_the_mail_is_uncertain_and_not_sent_again(Database database)
    {
        await using var peer = new ScriptedMailServer((".", ScriptedMailServer.Silence));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var instance = await app.HasDueInstanceAsync("003A", await app.HasMailFlowAsync());

        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection, "--smtp", peer.Url);
            await Eventually.UntilAsync(() => peer.Heard.Contains("."));
            await server.KillAsync();
        });
        Assert.Equal(MessageState.Sending, (await app.MailOfAsync(instance))[0].State);
        peer.Answer(".", "250 taken");

        app.Clock.Advance(TimeProvider.System.GetUtcNow() - app.Clock.GetUtcNow() + ClaimMail.Lease + TimeSpan.FromMinutes(1));
        await app.RunAsync();
        app.Clock.Advance(TimeSpan.FromDays(3));
        await app.RunAsync();

        Assert.Equal(MessageState.Uncertain, (await app.MailOfAsync(instance))[0].State);
        Assert.Single(peer.Heard, line => line == ".");
    }

    [Theory, EveryDatabase]
    public async Task Serve_sends_by_smtp_and_warns_that_mail_has_no_unsubscribe_link(Database database)
    {
        await using var peer = new ScriptedMailServer();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        var instance = await app.HasDueInstanceAsync("003A", await app.HasMailFlowAsync());

        await app.RestartAsync(async () =>
        {
            await using var db = OpenDatabase.At(app.Connection);
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection, "--smtp", peer.Url);
            await Eventually.UntilAsync(async () => (await new MessageStore(db).ListByInstanceAsync(instance.CompanyId, instance.Id, CancellationToken.None)) is [{ State: MessageState.Sent }, ..]);
            Assert.Contains(server.Errors, line => line.Contains("--public-url", StringComparison.Ordinal));
        });

        Assert.Contains("RCPT TO:<003a@example.org>", peer.Heard);
    }
}
