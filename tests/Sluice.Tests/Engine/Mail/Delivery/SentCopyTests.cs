using MailKit;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mailboxes;

namespace Sluice.Tests.Engine.Mail.Delivery;

/// <summary>A copy of each mail that leaves is in the mailbox's folder for sent mail, on a real Dovecot; nothing that goes wrong with it touches the mail.</summary>
[Slow]
public sealed class SentCopyTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_copy_is_kept_once_of_mail_that_has_left_and_of_no_other(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var imap = await DovecotServer.StartAsync();
        await using var smtp = new ScriptedMailServer((Base64("ada@example.com"), "334 UGFzc3dvcmQ6"), (Base64(DovecotServer.Password), "235 welcome"));
        await app.HasMailboxAsync("ada@example.com", imap.Port, DovecotServer.Password);
        await app.Db.ExecuteAsync($"update mailboxes set smtp_port = {new Uri(smtp.Url).Port}", CancellationToken.None);
        await using var transport = Transport(app);

        Assert.Equal(MailOutcomeKind.Sent, (await SendAsync(app, transport, "one")).Kind);
        Assert.Equal(MailOutcomeKind.Sent, (await SendAsync(app, transport, "two")).Kind);
        await Eventually.UntilAsync(async () => (await SubjectsAsync(imap)).Count == 2);
        Assert.Equal(MailOutcomeKind.Sent, (await SendAsync(app, transport, "two")).Kind); // The copy of a mail that is there already.
        smtp.Answer(".", "554 5.7.1 no");
        Assert.Equal(MailOutcomeKind.Refused, (await SendAsync(app, transport, "refused")).Kind);
        smtp.Answer(".", "250 taken");
        Assert.Equal(MailOutcomeKind.Sent, (await SendAsync(app, transport, "three")).Kind);
        await Eventually.UntilAsync(async () => (await SubjectsAsync(imap)).Contains("three"));

        Assert.Equal(["one", "two", "three"], await SubjectsAsync(imap));
        await imap.StopAsync();
        Assert.Equal(MailOutcomeKind.Sent, (await SendAsync(app, transport, "four")).Kind);
        await Eventually.UntilAsync(() => app.Logs.Lines.Any(line => line.Contains("copies of mail that has left", StringComparison.Ordinal)));
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private static async Task<List<string?>> SubjectsAsync(DovecotServer imap)
    {
        using var client = await imap.ConnectAsync("ada");
        var sent = client.GetFolder(SpecialFolder.Sent)!;
        await sent.OpenAsync(FolderAccess.ReadOnly);
        return [.. (await sent.FetchAsync(0, -1, MessageSummaryItems.Envelope | MessageSummaryItems.Flags)).Where(one => one.Flags is { } flags && flags.HasFlag(MessageFlags.Seen)).Select(one => one.Envelope?.Subject)];
    }

    private static MailboxTransport Transport(TestApp app) => new(
        null, app.Db, app.Services.GetRequiredService<MailboxSecrets>(), app.Services.GetRequiredService<MailboxTokens>(), app.Services.GetRequiredService<RecordMailboxHealth>(),
        app.Services.GetRequiredService<SentCopies>(), app.Clock);

    private static Task<MailOutcome> SendAsync(TestApp app, MailboxTransport transport, string name) => transport.SendAsync(
        new OutgoingMail(app.Tenant.Id, "ada@example.com", "Ada", "sam@prospect.example", name, "<p>Hi</p>", $"{name}@example.com", [], DateTimeOffset.UnixEpoch, null), () => Task.FromResult(true), CancellationToken.None);
}
