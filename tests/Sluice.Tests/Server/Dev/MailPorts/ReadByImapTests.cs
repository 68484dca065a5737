using MailKit;
using MailKit.Search;
using MimeKit;

namespace Sluice.Tests.Server.Dev.MailPorts;

/// <summary>What a mail program sees by IMAP, here MailKit's.</summary>
public sealed class ReadByImapTests
{
    [Theory, EveryDatabase]
    public async Task A_prospect_sees_the_mail_that_was_sent_to_the_own_address_and_no_other(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        var flow = await scene.App.HasMailFlowAsync(subject: "Grüße, {{recipient.first_name}}", body: "<p>Hi {{recipient.first_name}}, <b>how</b> are you?</p>");
        var instance = await scene.App.HasInstanceWithSentMailAsync("003A", flow);
        await scene.App.HasInstanceWithSentMailAsync("003B", flow);
        var sent = Assert.Single(await scene.App.MailOfAsync(instance));

        using var client = await scene.ReadAsync("003A@Example.org");
        var folders = await client.GetFoldersAsync(client.PersonalNamespaces[0]);
        await client.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        var seen = Assert.Single(await client.Inbox.FetchAsync(0, -1, MessageSummaryItems.All | MessageSummaryItems.UniqueId | MessageSummaryItems.BodyStructure));
        var mail = await client.Inbox.GetMessageAsync(seen.UniqueId);

        Assert.Equal(["INBOX", "Sent"], folders.Select(folder => folder.FullName).Order(StringComparer.Ordinal));
        Assert.True(client.GetFolder(SpecialFolder.Sent)!.Attributes.HasFlag(FolderAttributes.Sent));
        Assert.Equal(("Grüße, Ada", sent.SenderAddress, sent.MessageId), (seen.Envelope!.Subject, seen.Envelope.From.Mailboxes.Single().Address, seen.Envelope.MessageId));
        Assert.Equal((sent.SentAt!.Value.ToUnixTimeSeconds(), sent.SentAt), (seen.InternalDate!.Value.ToUnixTimeSeconds(), mail.Date));
        Assert.Contains("<b>how</b>", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(["text/plain", "text/html"], seen.BodyParts.Select(part => part.ContentType.MimeType));
        Assert.Contains("Hi Ada, how are you?", ((TextPart)await client.Inbox.GetBodyPartAsync(seen.UniqueId, seen.TextBody!)).Text, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task The_owner_finds_it_in_Sent_and_all_shows_the_mail_of_everybody(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        var flow = await scene.App.HasMailFlowAsync();
        await scene.App.HasInstanceWithSentMailAsync("003A", flow);
        await scene.App.HasInstanceWithSentMailAsync("003B", flow);

        Assert.Equal((0, 2), (await CountAsync(scene, TestApp.RepEmail, "INBOX"), await CountAsync(scene, TestApp.RepEmail, "Sent")));
        Assert.Equal((2, 0), (await CountAsync(scene, "all", "INBOX"), await CountAsync(scene, "all", "Sent")));
        Assert.Equal((0, 0), (await CountAsync(scene, "nobody@example.net", "INBOX"), await CountAsync(scene, "nobody@example.net", "Sent")));
    }

    [Theory, EveryDatabase]
    public async Task What_a_program_marks_stays_for_the_next_one_and_what_it_deletes_is_hidden_but_kept(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        var flow = await scene.App.HasMailFlowAsync();
        await scene.App.HasInstanceWithSentMailAsync("003A", flow);
        await scene.App.HasInstanceWithSentMailAsync("003B", flow);
        using (var client = await scene.ReadAsync("all"))
        {
            await client.Inbox!.OpenAsync(FolderAccess.ReadWrite);
            await client.Inbox.AddFlagsAsync(0, MessageFlags.Flagged, silent: false);
            await client.Inbox.AddFlagsAsync(1, MessageFlags.Deleted, silent: true);
            await client.Inbox.ExpungeAsync();
            Assert.Equal(1, client.Inbox.Count);
        }

        using var next = await scene.ReadAsync("all");
        await next.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        var left = Assert.Single(await next.Inbox.FetchAsync(0, -1, MessageSummaryItems.Flags));

        Assert.Equal(MessageFlags.Flagged, left.Flags);
        Assert.Equal(2, (await scene.App.ListMessagesAsync()).Count);
        await Assert.ThrowsAnyAsync<Exception>(() => next.Inbox.AddFlagsAsync(0, MessageFlags.Answered, silent: true)); // Opened for reading only.
    }

    [Theory, EveryDatabase]
    public async Task A_program_that_idles_is_told_of_the_mail_that_leaves_when_the_clock_moves(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        await scene.App.HasInstanceWithSentMailAsync("003A", await scene.App.HasMailFlowAsync());
        using var client = await scene.ReadAsync("003a@example.org");
        await client.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        var (told, done) = (new TaskCompletionSource(), new CancellationTokenSource());
        client.Inbox.CountChanged += (_, _) => told.TrySetResult();
        var idle = client.IdleAsync(done.Token);

        scene.App.Clock.Advance(TimeSpan.FromDays(1.5));
        await scene.App.RunAsync();
        await told.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await done.CancelAsync();
        await idle;

        Assert.Equal(2, client.Inbox.Count);
        var answer = await client.Inbox.GetMessageAsync(1);
        Assert.Equal((await client.Inbox.GetMessageAsync(0)).MessageId, answer.InReplyTo);
    }

    [Theory, EveryDatabase]
    public async Task A_search_finds_by_text_address_day_and_mark(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        var app = scene.App;
        await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync(subject: "About apples", body: "<p>Äpfel for {{recipient.first_name}}</p>"));
        app.Clock.Advance(TimeSpan.FromHours(20)); // The next day, and too early for the second mail.
        await app.HasInstanceWithSentMailAsync("003B", await app.HasMailFlowAsync(subject: "About pears", body: "<p>Birnen</p>"));
        using var client = await scene.ReadAsync("all");
        var inbox = client.Inbox!;
        await inbox.OpenAsync(FolderAccess.ReadWrite);
        var sorted = (await inbox.FetchAsync(0, -1, MessageSummaryItems.Envelope)).ToDictionary(one => one.Envelope!.Subject!, one => one.Index);
        await inbox.AddFlagsAsync(sorted["About pears"], MessageFlags.Flagged, silent: true);

        async Task<string> FindAsync(SearchQuery query) => string.Join(',', (await inbox.SearchAsync(query)).Select(uid => uid.Id - 1 == sorted["About apples"] ? "apples" : uid.Id - 1 == sorted["About pears"] ? "pears" : "more").Order(StringComparer.Ordinal));
        Assert.Equal("apples", await FindAsync(SearchQuery.BodyContains("äpfel")));
        Assert.Equal("pears", await FindAsync(SearchQuery.SubjectContains("PEARS")));
        Assert.Equal("apples", await FindAsync(SearchQuery.ToContains("003a@example.org")));
        Assert.Equal("pears", await FindAsync(SearchQuery.Flagged));
        Assert.Equal("apples", await FindAsync(SearchQuery.NotFlagged.And(SearchQuery.SubjectContains("about"))));
        Assert.Equal("apples,pears", await FindAsync(SearchQuery.SubjectContains("apples").Or(SearchQuery.Flagged)));
        Assert.Equal("apples", await FindAsync(SearchQuery.DeliveredBefore(TestApp.Monday.UtcDateTime.AddDays(1))));
        Assert.Equal("pears", await FindAsync(SearchQuery.SentSince(TestApp.Monday.UtcDateTime.AddDays(1))));
        Assert.Equal("", await FindAsync(SearchQuery.LargerThan(1_000_000)));
        Assert.Equal("apples", await FindAsync(SearchQuery.HeaderContains("Message-ID", (await inbox.GetMessageAsync(sorted["About apples"])).MessageId!)));
    }

    [Theory, EveryDatabase]
    public async Task A_copy_for_Sent_is_taken_and_no_folder_can_be_made(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        using var client = await scene.ReadAsync("003a@example.org");
        var sent = client.GetFolder(SpecialFolder.Sent)!;
        var large = new MimeMessage([], [], "Large", new TextPart("plain") { Text = new string('x', 1_000_000) });

        await sent.AppendAsync(new AppendRequest(large));

        await sent.OpenAsync(FolderAccess.ReadOnly);
        Assert.Equal(0, sent.Count);
        await Assert.ThrowsAsync<MailKit.Net.Imap.ImapCommandException>(() => client.GetFolder(client.PersonalNamespaces[0]).CreateAsync("Drafts", isMessageFolder: true));
        await client.NoOpAsync();
    }

    private static async Task<int> CountAsync(MailPortScene scene, string user, string folder)
    {
        using var client = await scene.ReadAsync(user);
        var opened = await client.GetFolderAsync(folder);
        await opened.StatusAsync(StatusItems.Count);
        var counted = opened.Count;
        await opened.OpenAsync(FolderAccess.ReadOnly);
        Assert.Equal(counted, opened.Count);
        return counted;
    }
}
