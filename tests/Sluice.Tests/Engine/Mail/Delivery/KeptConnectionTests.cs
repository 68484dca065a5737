using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Mail.Delivery;

public sealed class KeptConnectionTests
{
    private static readonly OutgoingMail Mail = new(
        1,
        "robin@example.com", "Robin Rep", "ada@example.org", "Hello", "<p>Hi Ada</p>", "1@example.com", [], DateTimeOffset.UnixEpoch, null);

    [Fact]
    public async Task Several_mails_leave_over_one_connection_and_at_its_end_sluice_says_quit()
    {
        await using var peer = new ScriptedMailServer();
        var transport = peer.Transport();
        for (var mail = 0; mail < 3; mail++)
        {
            Assert.Equal(MailOutcome.Sent, await transport.SendAsync(Mail, CancellationToken.None));
        }

        Assert.Equal((1, 3), (Count(peer, "EHLO"), Count(peer, ".")));
        Assert.Equal(0, Count(peer, "QUIT"));

        await transport.DisposeAsync();
        Assert.Equal("QUIT", peer.Heard.Last());
    }

    [Fact]
    public async Task A_connection_that_nobody_uses_is_closed_with_quit()
    {
        await using var peer = new ScriptedMailServer();
        var read = SmtpSettings.Read(peer.Url, null, out _)!;
        var transport = new SmtpTransport(new SmtpSettings { Host = read.Host, Port = read.Port, Tls = read.Tls, KeptFor = TimeSpan.FromMilliseconds(50) });

        Assert.Equal(MailOutcome.Sent, await transport.SendAsync(Mail, CancellationToken.None));

        await Eventually.UntilAsync(() => peer.Heard.Contains("QUIT"));
    }

    [Fact]
    public async Task A_refused_mail_does_not_cost_the_connection()
    {
        await using var peer = new ScriptedMailServer(("RCPT", "550 5.1.1 no such mailbox"));
        var transport = peer.Transport();
        Assert.Equal(MailFault.Address, (await transport.SendAsync(Mail, CancellationToken.None)).Fault);
        peer.Answer("RCPT", "250 fine");

        Assert.Equal(MailOutcome.Sent, await transport.SendAsync(Mail, CancellationToken.None));
        Assert.Equal(1, Count(peer, "EHLO"));
    }

    /// <summary>What the mail server did not get whole it cannot have accepted, so a new connection may try again, and nothing is uncertain.</summary>
    [Theory]
    [InlineData("MAIL", ScriptedMailServer.HangUp)]
    [InlineData("MAIL", "421 4.4.2 idle for too long")]
    [InlineData("RCPT", ScriptedMailServer.HangUp)]
    [InlineData("DATA", ScriptedMailServer.HangUp)]
    [InlineData("RCPT", "garbage")]
    public async Task A_kept_connection_that_died_before_the_last_line_is_replaced_by_a_new_one(string to, string answer)
    {
        await using var peer = new ScriptedMailServer();
        var transport = peer.Transport();
        Assert.Equal(MailOutcome.Sent, await transport.SendAsync(Mail, CancellationToken.None));
        peer.AnswerOnce(to, answer);

        Assert.Equal(MailOutcome.Sent, await transport.SendAsync(Mail, CancellationToken.None));
        Assert.Equal((2, 2), (Count(peer, "EHLO"), Count(peer, ".")));
    }

    [Fact]
    public async Task An_answer_that_is_lost_on_a_kept_connection_is_uncertain_and_nothing_is_sent_again()
    {
        await using var peer = new ScriptedMailServer();
        var transport = peer.Transport();
        Assert.Equal(MailOutcome.Sent, await transport.SendAsync(Mail, CancellationToken.None));
        peer.AnswerOnce(".", ScriptedMailServer.HangUp);

        Assert.Equal(MailOutcomeKind.Unknown, (await transport.SendAsync(Mail, CancellationToken.None)).Kind);
        Assert.Equal(2, Count(peer, "."));
    }

    /// <summary>After a refusal MailKit sends RSET. If that fails, the refusal counts all the same.</summary>
    [Theory]
    [InlineData("RCPT", "550 5.1.1 no such mailbox", "Refused", "Address")]
    [InlineData("DATA", "451 not now", "Deferred", "ForNow")]
    [InlineData(".", "554 5.7.1 spam", "Refused", "Policy")]
    [InlineData(".", "452 busy", "Deferred", "ForNow")]
    public async Task A_mail_server_that_refuses_and_hangs_up_has_refused(string to, string answer, string kind, string fault)
    {
        await using var peer = new ScriptedMailServer((to, answer), ("RSET", ScriptedMailServer.HangUp));

        var outcome = await peer.Transport().SendAsync(Mail, CancellationToken.None);

        Assert.Equal((kind, fault, answer), (outcome.Kind.ToString(), outcome.Fault.ToString(), outcome.Reason));
    }

    /// <summary>Whatever an address looks like, either it is sent as it is, or the mail is refused before anything is sent: it must not wait for days.</summary>
    [Theory]
    [InlineData("a..b@example.org")]
    [InlineData(".a@example.org")]
    [InlineData("a.@example.org")]
    [InlineData("a'b+c/d=e@example.org")]
    [InlineData("a@exa_mple.org")]
    [InlineData("a@example")]
    [InlineData("a@-example-.org")]
    [InlineData("a@192.0.2.1")]
    [InlineData("a%b!c@example.org")]
    public async Task An_odd_address_is_offered_or_refused_at_once(string recipient)
    {
        await using var peer = new ScriptedMailServer();

        var outcome = await peer.Transport().SendAsync(Mail with { Recipient = recipient }, CancellationToken.None);

        Assert.True(outcome.Kind == MailOutcomeKind.Sent ? peer.Heard.Contains($"RCPT TO:<{recipient}>") : outcome.Fault == MailFault.Ours && peer.Heard.IsEmpty, outcome.ToString());
    }

    [Fact]
    public async Task Without_the_consent_of_the_claim_the_last_line_is_not_sent()
    {
        await using var peer = new ScriptedMailServer();
        var outcome = await peer.Transport().SendAsync(Mail, () => Task.FromResult(false), CancellationToken.None);

        Assert.Equal(MailOutcomeKind.Deferred, outcome.Kind);
        var broken = await peer.Transport().SendAsync(Mail, () => throw new InvalidOperationException("The database is away"), CancellationToken.None);
        Assert.Equal(MailOutcomeKind.Deferred, broken.Kind);
        Assert.Equal(0, Count(peer, "."));
    }

    [Theory]
    [InlineData(null, "mail.example.com", "EHLO mail.example.com")]
    [InlineData(null, "sluice-7d4b", "EHLO [127.0.0.1]")]
    [InlineData(null, "localhost.localdomain", "EHLO [127.0.0.1]")]
    [InlineData("out.example.net", "mail.example.com", "EHLO out.example.net")]
    [InlineData("[192.0.2.7]", "mail.example.com", "EHLO [192.0.2.7]")]
    public async Task Ehlo_says_the_name_that_is_set_or_the_machines_full_name_or_the_address(string? helo, string machine, string said)
    {
        await using var peer = new ScriptedMailServer();
        var read = SmtpSettings.Read(peer.Url, null, out _, helo)!;
        await using var transport = new SmtpTransport(new SmtpSettings { Host = read.Host, Port = read.Port, Tls = read.Tls, Helo = read.Helo, MachineName = machine });

        Assert.Equal(MailOutcome.Sent, await transport.SendAsync(Mail, CancellationToken.None));
        Assert.Equal(said, peer.Heard.First());
    }

    [Theory]
    [InlineData("")]
    [InlineData("mail example.com")]
    [InlineData("mail.example.com\r\nMAIL FROM:<x@example.com>")]
    [InlineData("[mail]")]
    [InlineData("bücher.example")]
    public void A_name_that_no_mail_server_takes_is_refused(string helo)
    {
        Assert.Null(SmtpSettings.Read("smtp://mail.example.com", null, out var fault, helo));
        Assert.StartsWith("--smtp-helo takes a host name", fault, StringComparison.Ordinal);
    }

    private static int Count(ScriptedMailServer peer, string word) => peer.Heard.Count(line => line.Split(' ', ':')[0] == word);
}
