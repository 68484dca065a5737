using System.Text;

namespace Sluice.Tests.Server.Dev.MailPorts;

/// <summary>IMAP as it stands on the wire, where mail programs differ from MailKit.</summary>
public sealed class ImapCommandTests
{
    private const string Mail = """
        From: "Ada (of Byron)" <003a@example.org>
        To: rep@example.com
        Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
        Date: Mon, 2 Mar 2026 09:00:00 +0100
        Message-ID: <1@example.org>
        X-Folded: one
        	two
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Grüße
        --b
        Content-Type: message/rfc822

        From: inner@example.org
        Subject: Inner
        Content-Type: multipart/alternative; boundary=c

        --c
        Content-Type: text/html

        <p>Hi</p>
        --c--
        --b--

        """;

    private static readonly (string Command, string? Answer)[] Commands =
    [
        ("UID FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT X-Folded)]", "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (\"SUBJECT\" \"X-Folded\")] {61}\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nX-Folded: one\n\ttwo\n\n)"),
        ("FETCH 1 BODY.PEEK[1]", "* 1 FETCH (BODY[1] {7}\nGrüße)"),
        ("FETCH 1 BODY.PEEK[1]<1.3>", "* 1 FETCH (BODY[1]<1> {3}\nrü)"),
        ("FETCH 1 BODY.PEEK[1]<900.2>", "* 1 FETCH (BODY[1]<900> {0}\n)"),
        ("FETCH 1 BODY.PEEK[1.MIME]", "* 1 FETCH (BODY[1.MIME] {76}\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n)"),
        ("FETCH 1 BODY.PEEK[2.HEADER.FIELDS (subject)]", "* 1 FETCH (BODY[2.HEADER.FIELDS (\"subject\")] {18}\nSubject: Inner\n\n)"),
        ("FETCH 1 BODY.PEEK[2.1]", "* 1 FETCH (BODY[2.1] {9}\n<p>Hi</p>)"),
        ("FETCH 1 BODY.PEEK[3]", "* 1 FETCH (BODY[3] NIL)"),
        ("FETCH 1 (BODY.PEEK[1.1] BODY.PEEK[0] BODY.PEEK[1.HEADER])", "* 1 FETCH (BODY[1.1] NIL BODY[0] NIL BODY[1.HEADER] NIL)"),
        ("FETCH 2:* FLAGS", "* 1 FETCH (FLAGS ())"),
        ("FETCH 5 FLAGS", ""),
        ("FETCH 1 ENVELOPE", """* 1 FETCH (ENVELOPE ("Mon, 2 Mar 2026 09:00:00 +0100" "=?utf-8?q?Gr=C3=BC=C3=9Fe?=" (("Ada (of Byron)" NIL "003a" "example.org")) (("Ada (of Byron)" NIL "003a" "example.org")) (("Ada (of Byron)" NIL "003a" "example.org")) ((NIL NIL "rep" "example.com")) NIL NIL NIL "<1@example.org>"))"""),
        ("FETCH 1 BODY", """* 1 FETCH (BODY (("text" "plain" ("charset" "utf-8") NIL NIL "8bit" 7 1)("message" "rfc822" NIL NIL NIL "7bit" 140 (NIL "Inner" ((NIL NIL "inner" "example.org")) ((NIL NIL "inner" "example.org")) ((NIL NIL "inner" "example.org")) NIL NIL NIL NIL NIL) (("text" "html" NIL NIL NIL "7bit" 9 1) "alternative") 9) "mixed"))"""),
        ("SEARCH OR (FROM Byron NOT SEEN) UID 5:9", "* SEARCH 1"),
        ("SEARCH CHARSET UTF-8 BODY {4+}\nGRÜ", "* SEARCH 1"),
        ("SEARCH CHARSET UTF-8 BODY {4+}\nGRAB", "* SEARCH"),
        ("SEARCH SENTON 2-Mar-2026 SUBJECT \"Gr\"", "* SEARCH 1"),
        ("STORE 1 +FLAGS.SILENT (\\Seen Junk $Label1)", ""),
        ("UID STORE 1 FLAGS \\Answered \\Flagged", "* 1 FETCH (UID 1 FLAGS (\\Answered \\Flagged))"),
        ("FETCH 1 RFC822.HEADER.LINES", null),
        ("FETCH 1 BODY[", null),
        ("FETCH 1 BODY[HEADER.FIELDS]", null),
        ("FETCH 0 FLAGS", null),
        ("FETCH 1:2:3 FLAGS", null),
        ("FETCH 99999999999 FLAGS", null),
        ("FETCH 1 (FLAGS", null),
        ("SEARCH", null),
        ("SEARCH SINCE tomorrow", null),
        ("SEARCH NOT", null),
        ("STORE 1 FLAG (\\Seen)", null),
        ("LIST \"\" \"*\"", "* LIST (\\HasNoChildren) \"/\" \"INBOX\"\n* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent\""),
        ("LIST \"\" in%", "* LIST (\\HasNoChildren) \"/\" \"INBOX\""),
        ("LSUB \"\" \"\"", "* LSUB (\\Noselect) \"/\" \"\""),
        ("STATUS {5+}\ninbox (MESSAGES UNSEEN RECENT)", "* STATUS \"inbox\" (MESSAGES 1 UNSEEN 1 RECENT 0)"),
        ("STATUS INBOX (SIZES)", null),
    ];

    private static readonly (string Command, string Answer)[] Logins =
    [
        ("LOGIN rep@example.com x", "OK"),
        ("LOGIN \"rep@example.com\" \"\"", "OK"),
        ("LOGIN {15+}\r\nrep@example.com {1+}\r\nx", "OK"),
        ("LOGIN ALL x", "OK"),
        ("AUTHENTICATE PLAIN AHJlcEBleGFtcGxlLmNvbQB4", "OK"),
        ("LOGIN somebody x", "NO [AUTHENTICATIONFAILED]"),
        ("AUTHENTICATE PLAIN AHNvbWVib2R5AHg=", "NO [AUTHENTICATIONFAILED]"),
        ("AUTHENTICATE PLAIN x", "BAD"),
        ("AUTHENTICATE GSSAPI", "BAD"),
        ("LOGIN rep@example.com", "BAD"),
        ("LOGIN \"rep@example.com x", "BAD"),
        ("SELECT INBOX", "BAD"),
        ("FETCH 1 FLAGS", "BAD"),
        ("IDLE", "BAD"),
        ("STARTTLS", "BAD"),
        ("", "BAD"),
    ];

    /// <summary>Each command with what is answered before its OK; null: BAD.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_command_is_answered_as_RFC_3501_says(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        await HandInAsync(scene);
        foreach (var (command, expected) in Commands)
        {
            using var talk = await scene.TalkImapAsync();
            await talk.AskAsync("1 LOGIN rep@example.com x\r\n2 SELECT INBOX\r\n", "2 OK");

            var answer = await talk.AskAsync($"3 {command.Replace("\n", "\r\n", StringComparison.Ordinal)}\r\n4 NOOP\r\n", "4 OK");
            var lines = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(answer)).Split('\n').SkipLast(1).ToList();

            Assert.StartsWith($"{command}: {(expected is null ? "3 BAD " : "3 OK")}", $"{command}: {lines[^1]}", StringComparison.Ordinal);
            Assert.Equal($"{command}: {expected}", $"{command}: {string.Join('\n', lines.SkipLast(1))}");
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Whoever_names_an_address_is_let_in(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        foreach (var (command, answer) in Logins)
        {
            using var talk = await scene.TalkImapAsync();
            await talk.ReadLineAsync();

            Assert.StartsWith($"{command}: 1 {answer}", $"{command}: {await talk.AskAsync($"1 {command}\r\n", "1 ")}", StringComparison.Ordinal);
            Assert.StartsWith("2 OK", (await talk.AskAsync("2 NOOP\r\n", "2 ")).Split('\n')[^1], StringComparison.Ordinal);
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_program_may_wait_for_leave_to_send_a_literal_and_to_log_in(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        using var talk = await scene.TalkImapAsync();
        await talk.ReadLineAsync();

        Assert.StartsWith("+ ", await talk.AskAsync("1 AUTHENTICATE PLAIN\r\n", "+"), StringComparison.Ordinal);
        Assert.StartsWith("1 OK", await talk.AskAsync("AHJlcEBleGFtcGxlLmNvbQB4\r\n", "1 "), StringComparison.Ordinal);
        Assert.StartsWith("+ ", await talk.AskAsync("2 SELECT {5}\r\n", "+"), StringComparison.Ordinal);
        Assert.Contains("2 OK [READ-WRITE]", await talk.AskAsync("INBOX\r\n", "2 "), StringComparison.Ordinal);
        Assert.StartsWith("3 NO [NONEXISTENT]", await talk.AskAsync("3 SELECT Drafts\r\n", "3 "), StringComparison.Ordinal);
        Assert.StartsWith("4 BAD", await talk.AskAsync("4 FETCH 1 FLAGS\r\n", "4 "), StringComparison.Ordinal); // Nothing is selected now.
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task To_read_a_mail_marks_it_and_to_peek_does_not(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        await HandInAsync(scene);
        using var talk = await scene.TalkImapAsync();
        await talk.AskAsync("1 LOGIN rep@example.com x\r\n2 SELECT INBOX\r\n", "2 OK");

        Assert.DoesNotContain("FLAGS", await talk.AskAsync("3 FETCH 1 BODY.PEEK[TEXT]\r\n", "3 "), StringComparison.Ordinal);
        Assert.Contains("(FLAGS (\\Seen) BODY[TEXT] ", await talk.AskAsync("4 FETCH 1 BODY[TEXT]\r\n", "4 "), StringComparison.Ordinal);
        Assert.StartsWith("* SEARCH 1\n", await talk.AskAsync("5 SEARCH SEEN\r\n", "5 "), StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task One_session_is_told_what_another_has_marked_and_expunged(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        await HandInAsync(scene);
        using var one = await scene.TalkImapAsync();
        using var other = await scene.TalkImapAsync();
        foreach (var talk in (TextTalk[])[one, other])
        {
            await talk.AskAsync("1 LOGIN rep@example.com x\r\n2 SELECT INBOX\r\n", "2 OK");
        }

        await one.AskAsync("3 STORE 1 +FLAGS (\\Deleted)\r\n", "3 OK");
        Assert.StartsWith("* 1 FETCH (UID 1 FLAGS (\\Deleted))\n", await other.AskAsync("4 NOOP\r\n", "4 "), StringComparison.Ordinal);
        await one.AskAsync("5 EXPUNGE\r\n", "5 OK");
        Assert.StartsWith("* 1 EXPUNGE\n", await other.AskAsync("6 NOOP\r\n", "6 "), StringComparison.Ordinal);
    }

    private static Task<string> HandInAsync(MailPortScene scene) => HandInAsync(scene, Encoding.UTF8.GetBytes(Mail.ReplaceLineEndings("\r\n")));

    /// <summary>Hands a mail in as it is; a library might write it anew.</summary>
    internal static async Task<string> HandInAsync(MailPortScene scene, byte[] raw)
    {
        using var talk = await scene.TalkSmtpAsync();
        await talk.AskAsync("EHLO x\r\nMAIL FROM:<003a@example.org>\r\nRCPT TO:<rep@example.com>\r\nDATA\r\n", "354");
        await talk.SendAsync(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(raw).Replace("\r\n.", "\r\n..", StringComparison.Ordinal)));
        var answer = await talk.AskAsync($"{(raw.AsSpan().EndsWith("\r\n"u8) ? "" : "\r\n")}.\r\n", "");
        Assert.StartsWith("250 ", answer, StringComparison.Ordinal);
        return answer;
    }
}
