using System.Text;
using MailKit;
using Sluice.Server.Dev.MailPorts;
using Sluice.Server.Dev.MailPorts.Imap;

namespace Sluice.Tests.Server.Dev.MailPorts;

/// <summary>Clients that no mail program is: each gets its refusal, and nobody else notices.</summary>
[Slow]
public sealed class HostileMailClientTests
{
    private static readonly string Endless = new('x', 200_000);

    private static readonly (string Sent, string Expected)[] OverImap =
    [
        ($"1 LOGIN {Endless}", "* BYE A line has more than"),
        ("1 LOGIN {99999999}\r\n", "* BYE A literal of 99999999 bytes is too large"),
        ("1 LOGIN {999999999999999999}\r\n", "* BYE A literal of"),
        ("1 LOGIN {60000+}\r\n" + new string('x', 60_000) + " {60000+}\r\n", "* BYE A literal of 60000 bytes is too large"),
        ("1 APPEND Sent {99999999999}\r\n", "* BYE A literal of"),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n1 LOGIN all x\r\n", "* BYE This is IMAP, not HTTP"),
        (string.Concat(Enumerable.Repeat("\0\0 \0\r\n", 30)), "* BYE Too many errors"),
        (string.Concat(Enumerable.Repeat("\r\n", 30)), "* BYE Too many errors"),
        (string.Concat(Enumerable.Repeat("1 FROBNICATE\r\n", 30)), "* BYE Too many errors"),
        ("1 LOGIN all x\r\n2 SELECT INBOX\r\n3 SEARCH " + string.Concat(Enumerable.Repeat("NOT ", 15_000)) + "ALL\r\n4 LOGOUT\r\n", "3 BAD The keys stand too deep"),
        ("1 LOGIN all x\r\n2 SELECT INBOX\r\n3 SEARCH " + new string('(', 60_000) + "\r\n4 LOGOUT\r\n", "3 BAD The keys stand too deep"),
        ("1 LOGIN all x\r\n2 SELECT INBOX\r\n3 FETCH 1 BODY[" + string.Join('.', Enumerable.Repeat("1", 30_000)) + "]\r\n4 LOGOUT\r\n", "3 BAD There is no such section"),
        ("1 LOGIN all x\r\n2 SELECT INBOX\r\n3 FETCH 1:* (" + string.Join(' ', Enumerable.Repeat("BODY[]", 5_000)) + ")\r\n4 LOGOUT\r\n", "3 BAD There should be 1 to 50 items"),
        ("1 LOGIN all x\r\n2 LIST \"\" \"" + new string('*', 60_000) + "y\"\r\n3 LOGOUT\r\n", "2 OK"),
        ("1 LOGIN all x\r\n2 SELECT INBOX\r\n3 FETCH " + string.Join(',', Enumerable.Repeat("1:*", 15_000)) + " FLAGS\r\n4 LOGOUT\r\n", "3 OK"),
        ("1 LOGIN all x\r\n2 SELECT INBOX\r\n3 IDLE\r\nWHAT\r\n4 LOGOUT\r\n", "3 BAD IDLE ends with DONE"),
    ];

    private static readonly (string Sent, string Expected)[] OverSmtp =
    [
        ($"EHLO {Endless}", "421 4.3.2 A line has more than"),
        ("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nEHLO x\r\n", "421 4.3.2 This is SMTP, not HTTP"),
        (string.Concat(Enumerable.Repeat("\0\r\n", 30)), "421 4.3.2 Too many errors"),
        ("MAIL FROM:<a@example.org>\r\nQUIT\r\n", "503 5.5.1 Say EHLO first"),
        ("EHLO x\r\nRCPT TO:<a@example.org>\r\nQUIT\r\n", "503 5.5.1 Say MAIL first"),
        ("EHLO x\r\nMAIL FROM:<>\r\nDATA\r\nQUIT\r\n", "503 5.5.1 Say MAIL and RCPT first"),
        ("EHLO x\r\nMAIL FROM:<a@example.org> SIZE=99999999\r\nQUIT\r\n", "552 5.3.4 A mail may have"),
        ("EHLO x\r\nMAIL FROM:<a@example.org> SIZE=99999999999999999999999\r\nQUIT\r\n", "552 5.3.4 A mail may have"),
        ("EHLO x\r\nMAIL FROM:a@example.org\r\nQUIT\r\n", "501 5.1.7"),
        ("EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<postmaster>\r\nQUIT\r\n", "553 5.1.3"),
        ("EHLO x\r\nMAIL FROM:<a@example.org>\r\n" + string.Concat(Enumerable.Repeat("RCPT TO:<b@example.org>\r\n", 101)) + "QUIT\r\n", "452 4.5.3"),
        ("EHLO x\r\nAUTH LOGIN\r\nx\r\n*\r\nQUIT\r\n", "501 5.7.0"),
        ("EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n" + string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 4_300)) + ".\r\nQUIT\r\n", "552 5.3.4 A mail may have"),
        ("EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n" + new string('x', 5_000_000), "421 4.3.2 A line has more than"),
        ("EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nSubject: " + new string('x', 3_000_000) + "\r\n\r\n.\r\nQUIT\r\n", "250 2.0.0 Taken for reply"),
        ("EHLO x\nMAIL FROM:<a@example.org>\nRCPT TO:<b@example.org>\nDATA\nSubject: x\n\n..\n.\nQUIT\n", "250 2.0.0 Taken for reply"),
        ("EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n\0\0\0\r\n.\r\nQUIT\r\n", "250 2.0.0 Taken for reply"),
    ];

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task By_IMAP_it_is_refused_and_the_next_one_is_served(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        await scene.App.HasInstanceWithSentMailAsync("003A", await scene.App.HasMailFlowAsync());
        foreach (var (sent, expected) in OverImap)
        {
            using var talk = await scene.TalkImapAsync();

            await talk.SendAsync(sent);

            Assert.Contains($"\n{expected}", await talk.ReadToEndAsync(), StringComparison.Ordinal);
            await IsServedAsync(scene);
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task By_SMTP_it_is_refused_and_the_next_one_is_served(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        await scene.App.HasInstanceWithSentMailAsync("003A", await scene.App.HasMailFlowAsync());
        foreach (var (sent, expected) in OverSmtp)
        {
            using var talk = await scene.TalkSmtpAsync();

            await talk.SendAsync(sent);

            Assert.Contains($"\n{expected}", await talk.ReadToEndAsync(), StringComparison.Ordinal);
            await IsServedAsync(scene);
        }
    }

    /// <summary>More than there is room for: those beyond it are told so, and when they have gone, there is room again.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_thousand_connections_at_once_are_bounded(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        await scene.App.HasInstanceWithSentMailAsync("003A", await scene.App.HasMailFlowAsync());
        await AreBoundedAsync(scene, bySmtp: false, "* BYE Too many connections");
        await AreBoundedAsync(scene, bySmtp: true, "421 4.3.2 Too many connections");
        await IsServedAsync(scene);
    }

    private static async Task AreBoundedAsync(MailPortScene scene, bool bySmtp, string refusal)
    {
        var talks = new List<TextTalk>();
        for (var made = 0; made < 1_000; made++)
        {
            talks.Add(await (bySmtp ? scene.TalkSmtpAsync() : scene.TalkImapAsync()));
        }

        var greetings = await Task.WhenAll(talks.Select(talk => talk.ReadLineAsync()));
        talks.ForEach(talk => talk.Dispose());

        Assert.Equal((bySmtp ? MailPortServer.MaxSmtp : MailPortServer.MaxImap, true), (greetings.Count(line => line != refusal), greetings.All(line => line is not null)));
        await Eventually.UntilAsync(async () =>
        {
            using var talk = await (bySmtp ? scene.TalkSmtpAsync() : scene.TalkImapAsync());
            return await talk.ReadLineAsync() != refusal;
        });
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Clients_that_leave_in_the_middle_leave_nothing_behind(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        await scene.App.HasInstanceWithSentMailAsync("003A", await scene.App.HasMailFlowAsync());
        foreach (var half in (string[])["", "1 LOG", "1 LOGIN {10}\r\nabc", "1 LOGIN all x\r\n2 SELECT INBOX\r\n3 IDLE\r\n", "1 LOGIN all x\r\n2 SELECT INBOX\r\n3 FETCH 1:* BODY[]\r\n"])
        {
            for (var times = 0; times < MailPortServer.MaxImap / 2; times++)
            {
                using var talk = await scene.TalkImapAsync();
                await talk.SendAsync(half);
            }
        }

        for (var times = 0; times < 2 * MailPortServer.MaxSmtp; times++)
        {
            using var talk = await scene.TalkSmtpAsync();
            await talk.AskAsync("EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nSubject", "354");
        }

        await Eventually.UntilAsync(async () =>
        {
            using var talk = await scene.TalkSmtpAsync();
            return (await talk.ReadLineAsync())!.StartsWith("220", StringComparison.Ordinal);
        });
        await IsServedAsync(scene);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Many_logins_are_forgotten_again_but_not_one_that_is_open(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        await scene.App.HasInstanceWithSentMailAsync("003A", await scene.App.HasMailFlowAsync());
        using var open = await scene.ReadAsync("003a@example.org");
        await open.Inbox!.OpenAsync(FolderAccess.ReadWrite);
        await open.Inbox.AddFlagsAsync(0, MessageFlags.Flagged, silent: true);
        using var talk = await scene.TalkImapAsync();
        for (var at = 0; at < Mailboxes.Max + 10; at++)
        {
            using var other = await scene.TalkImapAsync();
            await other.AskAsync($"1 LOGIN a{at}@example.net x\r\n2 STATUS INBOX (MESSAGES)\r\n", "2 OK");
        }

        using var again = await scene.ReadAsync("003a@example.org");
        await again.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        Assert.Equal(MessageFlags.Flagged, (await again.Inbox.FetchAsync(0, -1, MessageSummaryItems.Flags))[0].Flags);
    }

    /// <summary>A mail with more parts or lines than the reader takes apart is shown as one part, so that it can be looked at.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_MIME_bomb_is_shown_as_one_part(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        await scene.App.HasInstanceWithSentMailAsync("003A", await scene.App.HasMailFlowAsync());
        var bomb = "From: 003a@example.org\r\nSubject: Bomb\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + string.Concat(Enumerable.Repeat("--b\r\n\r\nx\r\n", 100_000));
        await ImapCommandTests.HandInAsync(scene, Encoding.ASCII.GetBytes(bomb));

        using var client = await scene.ReadAsync(TestApp.RepEmail);
        await client.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        var seen = Assert.Single(await client.Inbox.FetchAsync(0, -1, MessageSummaryItems.BodyStructure | MessageSummaryItems.Size));

        Assert.Equal(("text/plain", (uint)bomb.Length), (seen.Body!.ContentType.MimeType, seen.Size));
        Assert.Equal("Bomb", (await client.Inbox.GetMessageAsync(0)).Subject);
    }

    private static async Task IsServedAsync(MailPortScene scene)
    {
        using var client = await scene.ReadAsync("003a@example.org");
        await client.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        Assert.Equal("Hello Ada", (await client.Inbox.GetMessageAsync(0)).Subject);
        Assert.DoesNotContain(scene.App.Logs.Lines, line => line.Contains(nameof(MailPortServer), StringComparison.Ordinal));
    }
}
