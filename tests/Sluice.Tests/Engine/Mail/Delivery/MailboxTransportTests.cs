using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Secrets;

namespace Sluice.Tests.Engine.Mail.Delivery;

/// <summary>Mail leaves through the mailbox that has the sender's address; other mail through the server of <c>--smtp</c>.</summary>
public sealed class MailboxTransportTests
{
    [Theory, EveryDatabase]
    public async Task Mail_leaves_through_the_mailbox_of_its_sender_and_other_mail_through_the_server(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var own = new ScriptedMailServer((Base64("Ann@example.com"), "334 UGFzc3dvcmQ6"), (Base64("pass"), "235 welcome"));
        await using var server = new ScriptedMailServer();
        await app.HasMailboxAsync("Ann@example.com", new Uri(own.Url).Port, "pass");
        await using var transport = Transport(app, server.Transport());

        Assert.Equal(MailOutcomeKind.Sent, (await SendAsync(app, transport, "ann@example.com")).Kind);
        Assert.Empty(server.Heard);
        Assert.Contains("MAIL FROM:<ann@example.com>", string.Join('\n', own.Heard), StringComparison.Ordinal);
        Assert.Contains(Base64("pass"), own.Heard);

        var heard = own.Heard.Count(line => line == ".");
        Assert.Equal(MailOutcomeKind.Sent, (await SendAsync(app, transport, "bob@example.com")).Kind);
        Assert.Contains(".", server.Heard);
        Assert.Equal(heard, own.Heard.Count(line => line == "."));
    }

    [Theory, EveryDatabase]
    public async Task The_address_with_a_token_is_where_the_mailbox_has_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        string[] senders = ["off@example.com", "bounces@example.com", "all@example.com", "all+news@example.com"];
        await using var server = new ScriptedMailServer([.. senders.Select(sender => (Base64(sender), "334 UGFzc3dvcmQ6")), (Base64("secret"), "235 welcome")]);
        var (port, token) = (new Uri(server.Url).Port, PlusToken.Write(new byte[32], 1));
        await app.HasMailboxAsync("off@example.com", port);
        await app.HasMailboxAsync("bounces@example.com", port, plusAddress: PlusAddressUse.Bounces);
        await app.HasMailboxAsync("all@example.com", port, plusAddress: PlusAddressUse.All);
        await app.HasMailboxAsync("all+news@example.com", port, plusAddress: PlusAddressUse.All);
        await using var transport = Transport(app, null);

        foreach (var sender in senders)
        {
            Assert.Equal(MailOutcomeKind.Sent, (await transport.SendAsync(Mail(app.Tenant.Id, sender) with { PlusToken = token }, CancellationToken.None)).Kind);
        }

        Assert.Equal(
            ["MAIL FROM:<off@example.com>", $"MAIL FROM:<bounces+{token}@example.com>", $"MAIL FROM:<all+{token}@example.com>", "MAIL FROM:<all+news@example.com>"],
            server.Heard.Where(line => line.StartsWith("MAIL FROM", StringComparison.Ordinal)).Select(line => line.Split(' ', 3) is [var mail, var from, ..] ? $"{mail} {from}" : line));
        Assert.Equal([$"<all+{token}@example.com>"], server.Heard.Where(line => line.Contains($"+{token}@", StringComparison.Ordinal) && !line.StartsWith("MAIL", StringComparison.Ordinal)).Select(line => line[line.IndexOf('<', StringComparison.Ordinal)..]));
    }

    [Theory, EveryDatabase]
    public async Task A_mailbox_of_another_company_is_not_used(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var own = new ScriptedMailServer();
        await app.HasMailboxAsync("ann@example.com", new Uri(own.Url).Port);
        await using var transport = Transport(app, null);

        var outcome = await transport.SendAsync(Mail((await app.HasTenantAsync("Globex")).Id, "ann@example.com"), CancellationToken.None);

        Assert.Equal((MailOutcomeKind.Deferred, "The sender has no mailbox here, and the server has no other way to send: add one with sluice mailboxes add"), (outcome.Kind, outcome.Reason));
        Assert.Empty(own.Heard);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_paused_mailbox_and_one_whose_password_cannot_be_read_wait(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var server = new ScriptedMailServer();
        await app.HasMailboxAsync("paused@example.com", state: MailboxState.Paused);
        await app.HasMailboxAsync("ann@example.com");
        await using var transport = new MailboxTransport(server.Transport(), app.Db, new MailboxSecrets(new ServerKey(MasterKey.Read(new string('b', 64)), null)), Tokens(app), Health(app), app.Services.GetRequiredService<SentCopies>(), app.Clock);

        var (paused, closed) = (await SendAsync(app, transport, "paused@example.com"), await SendAsync(app, transport, "ann@example.com"));

        Assert.Equal((MailOutcomeKind.Deferred, "The sender's mailbox is paused"), (paused.Kind, paused.Reason));
        Assert.Equal(MailOutcomeKind.Deferred, closed.Kind);
        Assert.StartsWith("The server's master key is not the one that encrypted the password", closed.Reason, StringComparison.Ordinal);
        Assert.Empty(server.Heard);
    }

    private static MailboxTokens Tokens(TestApp app) => app.Services.GetRequiredService<MailboxTokens>();

    private static RecordMailboxHealth Health(TestApp app) => app.Services.GetRequiredService<RecordMailboxHealth>();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static MailboxTransport Transport(TestApp app, IMailTransport? otherwise) => new(otherwise, app.Db, app.Services.GetRequiredService<MailboxSecrets>(), Tokens(app), Health(app), app.Services.GetRequiredService<SentCopies>(), app.Clock);

    private static Task<MailOutcome> SendAsync(TestApp app, MailboxTransport transport, string sender) => transport.SendAsync(Mail(app.Tenant.Id, sender), CancellationToken.None);

    private static OutgoingMail Mail(long companyId, string sender) =>
        new(companyId, sender, "Ann", "ada@example.org", "Hello", "<p>Hi</p>", "1@example.com", [], DateTimeOffset.UnixEpoch, null);
}
