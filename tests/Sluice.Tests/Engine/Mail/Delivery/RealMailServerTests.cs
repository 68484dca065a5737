using System.Text;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Mail.Delivery;

[Slow]
public sealed class RealMailServerTests
{
    private static readonly OutgoingMail Mail = new(
        1,
        "robin@example.com",
        "Robin Müller",
        "ada@example.org",
        "Grüße: " + string.Concat(Enumerable.Repeat("Überraschung 🙂 ", 20)),
        "<p>Hi Zoë,</p>\n.\n..dots\n" + new string('x', 5_000_000),
        "1@example.com",
        ["a@example.com", "b@example.com"],
        DateTimeOffset.UnixEpoch,
        "https://sluice.example.com/unsubscribe/abc");

    [Theory]
    [InlineData("smtp")]
    [InlineData("smtps")]
    public async Task A_mail_of_five_megabytes_arrives_as_it_was_written(string scheme)
    {
        await using var server = await MailServer.StartAsync();

        Assert.Equal(MailOutcome.Sent, await server.Transport(scheme).SendAsync(Mail, CancellationToken.None));

        var arrived = await server.ReadMailAsync("--=_part_=--");
        Assert.Contains("Date: Thu, 01 Jan 1970 00:00:00 +0000\n", arrived, StringComparison.Ordinal);
        Assert.Contains("Message-ID: <1@example.com>\nIn-Reply-To: <b@example.com>\nReferences: <a@example.com>\n <b@example.com>\n", arrived, StringComparison.Ordinal);
        Assert.Contains("List-Unsubscribe: <https://sluice.example.com/unsubscribe/abc>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n", arrived, StringComparison.Ordinal);
        Assert.Equal(Mail.Subject, Decode(arrived));
        Assert.Equal(MimeMail.Html(Mail), Part(arrived, "text/html"));
        Assert.StartsWith("Hi Zoë,\r\n. ..dots xxx", Part(arrived, "text/plain"), StringComparison.Ordinal);
        Assert.All(arrived.Split('\n'), line => Assert.InRange(line.Length, 0, 110));
    }

    [Fact]
    public async Task An_unknown_recipient_is_refused_and_a_temporary_error_defers()
    {
        await using var server = await MailServer.StartAsync();

        Assert.Equal(
            MailOutcome.Refused("550 5.1.1 no such mailbox"),
            await server.Transport().SendAsync(Mail with { Recipient = "nobody@example.org" }, CancellationToken.None));
        Assert.Equal(
            MailOutcomeKind.Deferred,
            (await server.Transport().SendAsync(Mail with { Recipient = "later@example.org" }, CancellationToken.None)).Kind);
    }

    [Fact]
    public async Task Refusals_speak_of_the_mailbox_the_sender_or_the_text_and_the_connection_goes_on()
    {
        await using var server = await MailServer.StartAsync();
        await using var transport = server.Transport();
        var small = Mail with { Html = "<p>Hi</p>" };

        Assert.Equal(MailOutcome.Deferred("552 5.2.2 mailbox full", MailFault.Mailbox), await transport.SendAsync(small with { Recipient = "full@example.org" }, CancellationToken.None));
        Assert.Equal(MailOutcome.Refused("550 5.7.1 not from you", MailFault.Policy), await transport.SendAsync(small with { Recipient = "policy@example.org" }, CancellationToken.None));
        Assert.Equal(MailOutcome.Refused("554 5.7.1 this is spam", MailFault.Policy), await transport.SendAsync(small with { Subject = "cheap pills" }, CancellationToken.None));
        Assert.Equal(MailOutcome.Sent, await transport.SendAsync(small with { Recipient = "ada@exämple.org" }, CancellationToken.None));
        Assert.Equal(MailOutcome.Sent, await transport.SendAsync(small with { Recipient = "zoë@example.org" }, CancellationToken.None));
        await server.ReadMailAsync("\nTo: <ada@xn--exmple-cua.org>\n"); // The two mails may be delivered in any order.
    }

    /// <summary>The sender's side must fix both errors, so they are no refusal of the recipient.</summary>
    [Theory]
    [InlineData("smtp")]
    [InlineData("smtps")]
    public async Task A_wrong_password_and_an_untrusted_certificate_defer(string scheme)
    {
        await using var server = await MailServer.StartAsync();

        var wrong = await server.Transport(scheme, "robin:guess").SendAsync(Mail, CancellationToken.None);
        var strange = await server.Transport(scheme, isTrusted: false).SendAsync(Mail, CancellationToken.None);

        Assert.Equal((MailOutcomeKind.Deferred, "535"), (wrong.Kind, wrong.Reason![..3]));
        Assert.Equal(MailOutcomeKind.Deferred, strange.Kind);
        Assert.Contains("certificate", strange.Reason!, StringComparison.Ordinal);
        Assert.DoesNotContain("guess", wrong.Reason, StringComparison.Ordinal);
        Assert.Equal((MailFault.Login, MailFault.Certificate), (wrong.Fault, strange.Fault));
    }

    private static string Part(string mail, string type)
    {
        var begin = mail.IndexOf("\n\n", mail.IndexOf($"Content-Type: {type}", StringComparison.Ordinal), StringComparison.Ordinal);
        return Encoding.UTF8.GetString(Convert.FromBase64String(mail[begin..mail.IndexOf("\n--", begin, StringComparison.Ordinal)]));
    }

    private static string Decode(string mail)
    {
        var begin = mail.IndexOf("Subject: ", StringComparison.Ordinal) + "Subject: ".Length;
        return MimeKit.Utils.Rfc2047.DecodeText(Encoding.ASCII.GetBytes(mail[begin..mail.IndexOf("\nDate:", begin, StringComparison.Ordinal)]));
    }
}
