using System.Text;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Mail.Delivery;

public sealed class SmtpTransportTests
{
    private static readonly OutgoingMail Mail = new(
        1,
        "robin@example.com", "Robin Rep", "ada@example.org", "Hello", "<p>Hi Ada</p>", "1@example.com", [], DateTimeOffset.UnixEpoch, null);

    [Fact]
    public async Task A_mail_is_delivered()
    {
        await using var peer = new ScriptedMailServer();

        Assert.Equal(MailOutcome.Sent, await peer.Transport().SendAsync(Mail, CancellationToken.None));
        Assert.Equal(["EHLO [127.0.0.1]", "MAIL FROM:<robin@example.com>", "RCPT TO:<ada@example.org>", "DATA"], peer.Heard.Take(4));
        Assert.Equal(".", peer.Heard.Last());
    }

    /// <summary>
    /// Before the server has the last line of a mail, the mail has certainly not been sent. An error counts as a refusal only if it is about the
    /// recipient or the mail.
    /// </summary>
    [Theory]
    [InlineData("greeting", "554 no service", "Deferred")]
    [InlineData("greeting", ScriptedMailServer.Silence, "Deferred")]
    [InlineData("greeting", "HTTP/1.1 400 Bad Request", "Deferred")]
    [InlineData("EHLO", "garbage", "Deferred")]
    [InlineData("EHLO", "250-one\r\n250", "Sent")]
    [InlineData("MAIL", "550 not from you", "Deferred")]
    [InlineData("RCPT", "550 5.1.1 no such mailbox", "Refused")]
    [InlineData("RCPT", "451 4.7.1 greylisted", "Deferred")]
    [InlineData("RCPT", ScriptedMailServer.HangUp, "Deferred")]
    [InlineData("RCPT", "2", "Deferred")]
    [InlineData("DATA", "554 no", "Refused")]
    [InlineData("DATA", "451 not now", "Deferred")]
    [InlineData("DATA", "250 what", "Deferred")]
    [InlineData("DATA", ScriptedMailServer.Silence, "Deferred")]
    [InlineData(".", "554 spam", "Refused")]
    [InlineData(".", "452 full", "Deferred")]
    [InlineData(".", "421 closing", "Deferred")]
    [InlineData(".", "354 again", "Unknown")]
    [InlineData(".", "garbage", "Unknown")]
    [InlineData(".", ScriptedMailServer.Silence, "Unknown")]
    [InlineData(".", ScriptedMailServer.HangUp, "Unknown")]
    public async Task The_answer_of_the_server_decides_the_outcome(string to, string answer, string outcome)
    {
        await using var peer = new ScriptedMailServer((to, answer));

        var sent = await peer.Transport().SendAsync(Mail, CancellationToken.None);

        Assert.Equal(outcome, sent.Kind.ToString());
        Assert.Equal(outcome == "Sent", sent.Reason is null);
    }

    [Fact]
    public async Task An_answer_without_an_end_is_given_up()
    {
        await using var peer = new ScriptedMailServer(("EHLO", "250 " + new string('x', 1_000_000)));

        Assert.Equal(MailOutcome.Deferred("The mail server's answer is too long"), await peer.Transport().SendAsync(Mail, CancellationToken.None));
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_defers_the_mail()
    {
        var peer = new ScriptedMailServer();
        var transport = peer.Transport();
        await peer.DisposeAsync();

        Assert.Equal(MailOutcomeKind.Deferred, (await transport.SendAsync(Mail, CancellationToken.None)).Kind);
    }

    [Fact]
    public async Task A_stop_before_the_last_line_defers_and_after_it_the_outcome_is_unknown()
    {
        foreach (var (to, outcome) in new[] { ("RCPT", MailOutcomeKind.Deferred), (".", MailOutcomeKind.Unknown) })
        {
            await using var peer = new ScriptedMailServer((to, ScriptedMailServer.Silence));
            using var stop = new CancellationTokenSource();
            var sending = peer.Transport().SendAsync(Mail, stop.Token);
            await Eventually.UntilAsync(() => peer.Heard.Any(line => line.Split(' ', ':')[0] == to));

            await stop.CancelAsync();

            Assert.Equal(outcome, (await sending).Kind);
        }
    }

    [Fact]
    public async Task A_password_is_sent_by_the_method_that_the_server_offers()
    {
        await using var peer = new ScriptedMailServer((Base64("robin"), "334 UGFzc3dvcmQ6"), (Base64("secret"), "235 welcome"));

        Assert.Equal(MailOutcome.Sent, await peer.Transport("robin:secret").SendAsync(Mail, CancellationToken.None));
        Assert.Equal(["AUTH LOGIN", Base64("robin"), Base64("secret")], peer.Heard.Skip(1).Take(3));
    }

    [Fact]
    public async Task Without_tls_neither_password_nor_mail_is_sent()
    {
        await using var peer = new ScriptedMailServer();
        var transport = new SmtpTransport(SmtpSettings.Read(peer.Url.Replace("?tls=none", "", StringComparison.Ordinal), "secret", out _)!);

        Assert.Equal(MailOutcomeKind.Deferred, (await transport.SendAsync(Mail, CancellationToken.None)).Kind);
        Assert.Equal(["EHLO [127.0.0.1]"], peer.Heard);
    }

    [Theory]
    [InlineData("Hi\r\nBcc: all@example.com", "ada@example.org")]
    [InlineData("Hi\n.\nMAIL FROM:<x@example.com>", "ada@example.org")]
    [InlineData("Hi", "ada@example.org>\r\nDATA")]
    [InlineData("Hi", "")]
    public async Task A_mail_with_text_that_would_become_a_header_or_a_command_is_not_sent(string subject, string recipient)
    {
        await using var peer = new ScriptedMailServer();
        var mail = Mail with { Subject = subject, Recipient = recipient };

        foreach (var transport in new IMailTransport[] { peer.Transport(), new CaptureTransport() })
        {
            var outcome = await transport.SendAsync(mail, CancellationToken.None);
            Assert.Equal((MailOutcomeKind.Refused, MailFault.Ours), (outcome.Kind, outcome.Fault));
        }

        Assert.Empty(peer.Heard);
    }

    [Theory]
    [InlineData("smtp://user@mail.example.com", "mail.example.com", 587, "StartTls")]
    [InlineData("smtps://user:pass@mail.example.com", "mail.example.com", 465, "Implicit")]
    [InlineData("smtp://localhost:25?tls=none", "localhost", 25, "None")]
    public void A_url_names_the_server(string url, string host, int port, string tls)
    {
        var settings = SmtpSettings.Read(url, "secret", out var fault)!;

        Assert.Null(fault);
        Assert.Equal((host, port, tls), (settings.Host, settings.Port, settings.Tls.ToString()));
        Assert.DoesNotContain("pass", settings.ToString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mail.example.com:587")]
    [InlineData("http://mail.example.com")]
    [InlineData("smtp://")]
    [InlineData("smtp://user:pass@mail.example.com?tls=none")]
    public void An_invalid_url_is_refused_and_the_error_hides_its_password(string url)
    {
        Assert.Null(SmtpSettings.Read(url, "secret", out var fault));
        Assert.DoesNotContain("pass", fault!, StringComparison.Ordinal);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
