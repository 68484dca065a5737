namespace Sluice.Tests.Server.Dev.MailPorts;

/// <summary>Real mail programs of Debian against <c>sluice dev --mail-ports</c>: <c>mbsync</c>, which copies mailboxes, and <c>curl</c>.</summary>
[Slow]
public sealed class MailProgramTests
{
    private const string Mbsync = "/usr/bin/mbsync";
    private const string Pat = "pat@example.org";


    [Fact]
    public async Task Mbsync_copies_the_inbox_and_what_it_marks_and_deletes_is_taken()
    {
        NeedsMbsync();
        await using var dev = await MailProgramScene.StartAsync();
        await dev.HandInAsync("ada@example.org", Pat, "One");
        await dev.HandInAsync("ada@example.org", Pat, "Two");

        await dev.MbsyncAsync(Pat);
        var copies = dev.Copies();
        Assert.Equal(["Subject: One", "Subject: Two"], copies.Select(file => File.ReadLines(file).First(line => line.StartsWith("Subject:", StringComparison.Ordinal))).Order(StringComparer.Ordinal));
        File.Move(copies[0], MarkedAs(copies[0], "S"));
        File.Move(copies[1], MarkedAs(copies[1], "T"));
        await dev.MbsyncAsync(Pat);
        await dev.HandInAsync("ada@example.org", Pat, "Three");
        await dev.MbsyncAsync(Pat);

        Assert.Equal(2, dev.Copies().Count);
        using var client = await dev.ReadAsync(Pat);
        await client.Inbox!.OpenAsync(MailKit.FolderAccess.ReadOnly);
        Assert.Equal(2, client.Inbox.Count);
        Assert.Single(await client.Inbox.SearchAsync(MailKit.Search.SearchQuery.Seen));
    }

    [Fact]
    public async Task Curl_reads_and_hands_in()
    {
        await using var dev = await MailProgramScene.StartAsync();
        var file = dev.PathOf("answer.eml");
        await File.WriteAllTextAsync(file, "From: pat@example.org\r\nTo: test@test.com\r\nSubject: By curl\r\n\r\nHello\r\n");

        await dev.RunAsync("curl", "-sS", $"smtp://127.0.0.1:{dev.Smtp}", "--mail-from", Pat, "--mail-rcpt", "test@test.com", "--upload-file", file);
        var list = await dev.RunAsync("curl", "-sS", "--user", "test@test.com:x", $"imap://127.0.0.1:{dev.Imap}/");
        var mail = await dev.RunAsync("curl", "-sS", "--user", "test@test.com:x", $"imap://127.0.0.1:{dev.Imap}/INBOX;MAILINDEX=1");
        var found = await dev.RunAsync("curl", "-sS", "--user", "test@test.com:x", $"imap://127.0.0.1:{dev.Imap}/INBOX?SUBJECT%20curl");

        Assert.Contains("\"INBOX\"", list, StringComparison.Ordinal);
        Assert.Equal("From: pat@example.org\r\nTo: test@test.com\r\nSubject: By curl\r\n\r\nHello\r\n", mail);
        Assert.Equal("* SEARCH 1", found.Trim());
    }

    private static string MarkedAs(string file, string flags) => Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(file))!, "cur", $"{Path.GetFileName(file).Split(':')[0]}:2,{flags}");

    private static void NeedsMbsync()
    {
        var isMissing = !File.Exists(Mbsync);
        Assert.SkipWhen(isMissing && Environment.GetEnvironmentVariable("CI") is null, "There is no mbsync on this machine: ./test installs isync");
        Assert.False(isMissing, "There is no mbsync on this machine, and CI must not skip tests");
    }
}
