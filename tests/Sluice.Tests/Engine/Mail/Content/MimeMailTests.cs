using System.Text;
using MimeKit;
using Sluice.Engine.Mail.Content;

namespace Sluice.Tests.Engine.Mail.Content;

public sealed class MimeMailTests
{
    private static readonly OutgoingMail Mail = new(
        1,
        "robin@example.com", "Robin Rep", "ada@example.org", "Hello", "<p>Hi Ada</p>", "1@example.com", ["a@example.com", "b@example.com"], DateTimeOffset.UnixEpoch,
        "https://sluice.example.com/unsubscribe/" + new string('x', 100));

    [Fact]
    public void What_leaves_is_what_was_written()
    {
        var read = MimeMessage.Load(new MemoryStream(Bytes(Mail)));

        Assert.Equal(("Robin Rep", "robin@example.com"), (read.From.Mailboxes.Single().Name, read.From.Mailboxes.Single().Address));
        Assert.Equal("ada@example.org", read.To.Mailboxes.Single().Address);
        Assert.Equal(("Hello", DateTimeOffset.UnixEpoch, "1@example.com", "b@example.com"), (read.Subject, read.Date, read.MessageId, read.InReplyTo));
        Assert.Equal(["a@example.com", "b@example.com"], read.References);
        Assert.Equal("Hi Ada\r\n\r\nUnsubscribe (" + Mail.UnsubscribeUrl + ")\r\n", read.TextBody!.ReplaceLineEndings("\r\n"));
        Assert.Equal(MimeMail.Html(Mail), read.HtmlBody);
        Assert.Equal(("flowed", "=_part_="), (((Multipart)read.Body!)[0].ContentType.Parameters["format"], ((Multipart)read.Body!).Boundary));
    }

    /// <summary>Mail programs read a folded or encoded URL as no URL, and then show no unsubscribe button.</summary>
    [Fact]
    public void The_unsubscribe_link_is_one_line()
    {
        Assert.Contains($"\r\nList-Unsubscribe: <{Mail.UnsubscribeUrl}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", Text(Mail), StringComparison.Ordinal);
        Assert.Equal($"<{Mail.UnsubscribeUrl}>", MimeMail.Headers(Mail).Single(header => header.Name == "List-Unsubscribe").Value);
    }

    [Fact]
    public void The_same_mail_gives_the_same_bytes() => Assert.Equal(Bytes(Mail), Bytes(Mail with { Subject = "Hello" }));

    [Theory]
    [InlineData("Grüße: Überraschung 🙂")]
    [InlineData("Überraschungsmöglichkeitsüberprüfungsgesellschaftsvertragsänderungsbenachrichtigungsempfänger")]
    [InlineData("日本語の件名はとても長いので複数行に分けなければなりませんがその途中で文字が壊れてはいけません")]
    [InlineData("A long plain subject that needs more than one line, because it goes on and on and on and on and on")]
    [InlineData("=?utf-8?B?Wm/Dqw==?=")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ü")]
    public void A_subject_of_any_language_and_length_arrives_in_lines_of_at_most_76_characters(string subject)
    {
        foreach (var text in new[] { subject, string.Join(' ', Enumerable.Repeat(subject, 5)) })
        {
            var lines = Text(Mail with { Subject = text, SenderName = text }).Split("\r\n").TakeWhile(line => line.Length > 0).ToList();

            Assert.Equal(text, MimeMessage.Load(new MemoryStream(Bytes(Mail with { Subject = text }))).Subject);
            Assert.Equal(text, MimeMessage.Load(new MemoryStream(Bytes(Mail with { SenderName = text }))).From[0].Name);
            Assert.All(lines.Where(line => line.Contains("=?", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 1, 76));
            Assert.All(lines, line => Assert.True(Ascii.IsValid(line), line));
        }
    }

    [Theory]
    [InlineData("Robin \"R\" Rep")]
    [InlineData("Zoë")]
    [InlineData("Rep, Robin <robin@example.net>")]
    [InlineData("=?utf-8?B?Wm/Dqw==?=")]
    [InlineData("")]
    public void A_name_in_a_header_stays_one_name(string name)
    {
        var read = MimeMessage.Load(new MemoryStream(Bytes(Mail with { SenderName = name })));

        Assert.Equal((name, "robin@example.com"), (read.From.Mailboxes.Single().Name ?? "", read.From.Mailboxes.Single().Address));
    }

    [Fact]
    public void A_domain_with_an_umlaut_is_written_in_ascii_and_headers_need_no_smtputf8()
    {
        var mail = Mail with { Recipient = "ada@Exämple.org", SenderAddress = "robin@bücher.example" };

        Assert.Null(MimeMail.FindFault(mail));
        Assert.False(MimeMail.NeedsUtf8(mail));
        Assert.Contains("\r\nTo: ada@xn--exmple-cua.org\r\n", Text(mail).Replace("<", "", StringComparison.Ordinal).Replace(">", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("robin@xn--bcher-kva.example", Text(mail), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_a_mailbox_with_an_umlaut_needs_smtputf8()
    {
        Assert.True(MimeMail.NeedsUtf8(Mail with { Recipient = "zoë@example.org" }));
        Assert.True(MimeMail.NeedsUtf8(Mail with { SenderAddress = "zoë@example.org" }));
        Assert.Contains("To: <zoë@example.org>\r\n", Text(Mail with { Recipient = "zoë@example.org" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ada@ä..org")]
    [InlineData("ada@-ä.org")]
    [InlineData("ada@ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää.org")]
    public void A_domain_that_has_no_ascii_form_is_not_offered(string recipient)
    {
        if (WireAddress.Find(recipient) is { } found)
        {
            Assert.True(Ascii.IsValid(found), found);
        }
        else
        {
            Assert.NotNull(MimeMail.FindFault(Mail with { Recipient = recipient }));
        }
    }

    [Theory]
    [InlineData("short\r\n", "short\r\n")]
    [InlineData("> no quote\r\nFrom me\r\n indented\r\n", " > no quote\r\n From me\r\n  indented\r\n")]
    [InlineData("ends with blanks   \r\n\r\n-- \r\nRobin\r\n", "ends with blanks\r\n\r\n-- \r\nRobin\r\n")]
    public void Text_is_written_as_flowed(string text, string flowed) => Assert.Equal(flowed, FlowedText.Of(text));

    [Fact]
    public void A_long_line_is_broken_after_a_space_and_a_word_too_long_for_a_line_is_not()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 50));
        var lines = FlowedText.Of(text + "\r\n").Split("\r\n");

        Assert.Equal(text, string.Concat(lines));
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 76));
        Assert.All(lines.SkipLast(2), line => Assert.EndsWith(" ", line, StringComparison.Ordinal));
        Assert.Equal($"see {new string('x', 100)} end\r\n", FlowedText.Of($"see {new string('x', 100)} end\r\n"));
    }

    private static byte[] Bytes(OutgoingMail mail)
    {
        using var message = MimeMail.Build(mail, []);
        using var stream = new MemoryStream();
        message.WriteTo(MimeMail.Options(MimeMail.NeedsUtf8(mail)), stream);
        return stream.ToArray();
    }

    private static string Text(OutgoingMail mail) => Encoding.UTF8.GetString(Bytes(mail));
}
