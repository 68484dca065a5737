using System.Diagnostics;
using System.Text;
using MimeKit;
using Sluice.Engine.Mail.Intake.Reading;

namespace Sluice.Tests.Engine.Mail.Intake.Reading;

/// <summary>Hostile and broken messages: each is read, at least its header, and none costs much.</summary>
public sealed class ParseMailTests
{
    private const string Header = "From: Ada <ada@example.org>\r\nMessage-ID: <m@example.org>\r\nIn-Reply-To: <o@x>\r\nSubject: Hello\r\n";

    public static TheoryData<string> Bombs => ["depth", "parts", "header fields", "one long field", "lines", "fields of a part", "references", "groups", "comments", "large attachment", "html"];

    [Theory, MemberData(nameof(Bombs))]
    public void A_bomb_costs_little_and_its_header_is_read(string kind)
    {
        var raw = Encoding.UTF8.GetBytes(Bomb(kind));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();

        var mail = ParseMail.Run(raw);
        var reading = ReadMail.Run(mail, KnownMail.Nothing, new NodaTime.LocalDate(2026, 11, 27));

        Assert.Equal(("ada@example.org", "m@example.org", "o@x"), (mail.Sender, reading.MessageId, reading.Thread[0]));
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"{kind}: {watch.Elapsed}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64_000_000);
    }

    [Fact]
    public void A_text_that_cannot_be_read_leaves_the_rest_readable()
    {
        var content = new MemoryStream("Hello"u8.ToArray());
        var part = new TextPart("plain") { Content = new MimeContent(content) };
        content.Dispose();

        var reading = ReadMail.Run(new RawMail(new HeaderList { { "Message-ID", "<m@example.org>" } }, [part], "f"), KnownMail.Nothing, new NodaTime.LocalDate(2026, 11, 27));

        Assert.Equal((MailKind.Reply, "m@example.org", null), (reading.Kind, reading.MessageId, reading.Written));
    }

    [Fact]
    public void Any_change_of_a_message_leaves_it_readable()
    {
        var random = new Random(14);
        foreach (var mail in MailCorpus.All)
        {
            var raw = File.ReadAllBytes(MailCorpus.PathOf(mail));
            for (var change = 0; change < 5; change++)
            {
                raw[random.Next(raw.Length)] = (byte)random.Next(256);
            }

            Assert.NotEmpty(MailCorpus.Read(raw[..random.Next(1, raw.Length + 1)]).MessageId);
        }
    }

    [Fact]
    public void Bytes_that_are_no_mail_are_taken_in_without_an_address()
    {
        var bytes = new byte[10_000];
        new Random(7).NextBytes(bytes);

        Assert.Null(MailCorpus.Read(bytes).Address);
        Assert.Null(MailCorpus.Read([0]).Address);
    }

    [Fact]
    public void A_message_without_an_id_always_gets_the_same_one_and_another_message_another()
    {
        var (one, other) = ("From: a@example.org\n\nYes"u8.ToArray(), "From: a@example.org\n\nNo"u8.ToArray());

        Assert.Equal(ParseMail.Run(one).MessageId, ParseMail.Run(one).MessageId);
        Assert.NotEqual(ParseMail.Run(one).MessageId, ParseMail.Run(other).MessageId);
        Assert.EndsWith("@sha256.invalid", ParseMail.Run(one).MessageId, StringComparison.Ordinal);
    }

    /// <summary>Without the tables of code pages, this would be read as other letters.</summary>
    [Theory]
    [InlineData("windows-1251", "Отпишите меня")]
    [InlineData("koi8-r", "Отпишите меня")]
    [InlineData("iso-2022-jp", "配信停止")]
    [InlineData("gb18030", "退订")]
    [InlineData("iso-8859-15", "désinscription")]
    public void Text_is_read_in_its_charset(string charset, string text)
    {
        _ = ParseMail.Run("a: b\n\n"u8.ToArray());
        byte[] raw = [.. Encoding.ASCII.GetBytes($"{Header}Content-Type: text/plain; charset={charset}\r\n\r\n"), .. Encoding.GetEncoding(charset).GetBytes(text)];

        Assert.Equal((text, MailKind.OptOut), (ParseMail.Run(raw).Text.Trim(), MailCorpus.Read(raw).Kind));
    }

    private static string Bomb(string kind) => Header + kind switch
    {
        "depth" => Nested(3_000),
        "parts" => "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + Repeat("--b\r\n\r\nx\r\n", 100_000),
        "header fields" => Repeat("X: y\r\n", 700_000),
        "one long field" => $"X: {new string('x', 3_000_000)}\r\n\r\nHi",
        "lines" => "\r\n" + Repeat("\r\n", 2_000_000),
        "fields of a part" => "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + Repeat("a:\r\n", 900_000),
        "references" => $"References: {Repeat("<a@b>", 40_000)}\r\n\r\nHi",
        "groups" => $"To: {Repeat("a:", 50_000)}\r\n\r\nHi",
        "comments" => $"Cc: {Repeat("(", 100_000)}\r\n\r\nHi",
        "large attachment" => "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b\r\nContent-Type: application/pdf\r\n\r\n" + Repeat("JVBERi0xLjcNJeLjz9MNCjEgMCBvYmoNPDwvVHlwZS9DYXRhbG9nL1BhZ2VzIDIgMCBS\r\n", 700_000),
        _ => $"Content-Type: text/html\r\n\r\n{Repeat("<div><blockquote>", 100_000)}",
    };

    private static string Nested(int depth)
    {
        var text = new StringBuilder();
        for (var at = 0; at < depth; at++)
        {
            text.Append("Content-Type: multipart/mixed; boundary=b").Append(at).Append("\r\n\r\n--b").Append(at).Append("\r\n");
        }

        return text.Append("\r\nHi").ToString();
    }

    private static string Repeat(string text, int times) => new StringBuilder(text.Length * times).Insert(0, text, times).ToString();
}
