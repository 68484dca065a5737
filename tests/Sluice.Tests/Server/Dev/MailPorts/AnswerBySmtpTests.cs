using MailKit;
using MimeKit;
using Sluice.Engine.Instances;

namespace Sluice.Tests.Server.Dev.MailPorts;

/// <summary>Mail that a mail program hands in by SMTP.</summary>
public sealed class AnswerBySmtpTests
{
    private const string Ada = "003a@example.org";

    [Theory, EveryDatabase]
    public async Task An_answer_pauses_the_flow_and_its_owner_finds_it_in_the_inbox(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        var instance = await scene.App.HasInstanceWithSentMailAsync("003A", await scene.App.HasMailFlowAsync());

        var said = await scene.SendAsync(await scene.AnswerAsync(instance, Ada, "Yes, call me.\r\n.\r\nOr write."));

        Assert.Equal($"2.0.0 Taken for reply; {TestApp.Wire(instance)}: replied", said);
        Assert.Equal((InstanceStatus.Paused, PauseReason.Reply), await StateAsync(scene, instance));
        Assert.Equal("Yes, call me.\n.\nOr write.", (await OnlyAsync(scene, TestApp.RepEmail, "INBOX")).TextBody!.ReplaceLineEndings("\n").Trim());
        Assert.Equal("Re: Hello Ada", (await OnlyAsync(scene, Ada, "Sent")).Subject);
    }

    [Theory, EveryDatabase]
    public async Task An_automatic_reply_pauses_until_its_day_and_an_opt_out_ends_the_flow(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        var flow = await scene.App.HasMailFlowAsync();
        var (away, gone) = (await scene.App.HasInstanceWithSentMailAsync("003A", flow), await scene.App.HasInstanceWithSentMailAsync("003B", flow));
        var day = NodaTime.LocalDate.FromDateTime(TestApp.Monday.UtcDateTime).PlusDays(6);

        await scene.SendAsync(await scene.AnswerAsync(away, Ada, $"I am out of the office until {day:uuuu-MM-dd}.", mail => mail.Headers.Add("Auto-Submitted", "auto-replied")));
        await scene.SendAsync(await scene.AnswerAsync(gone, "003b@example.org", "Unsubscribe"));

        Assert.Equal((InstanceStatus.Paused, PauseReason.OutOfOffice), await StateAsync(scene, away));
        Assert.False((await scene.App.RunOfAsync(gone)).IsOpen);
    }

    [Theory, EveryDatabase]
    public async Task The_owner_can_write_back_and_that_changes_nothing(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        var instance = await scene.App.HasInstanceWithSentMailAsync("003A", await scene.App.HasMailFlowAsync());
        var mail = new MimeMessage([new MailboxAddress("Robin", TestApp.RepEmail)], [new MailboxAddress("Ada", Ada)], "By hand", new TextPart("plain") { Text = "Hello" });

        Assert.Equal("2.0.0 Taken for own; no flow instance is concerned", await scene.SendAsync(mail));

        Assert.Equal(InstanceStatus.Running, (await scene.App.RunOfAsync(instance)).Status);
        using var client = await scene.ReadAsync(Ada);
        await client.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        Assert.Equal(["Hello Ada", "By hand"], (await client.Inbox.FetchAsync(0, -1, MessageSummaryItems.Envelope)).Select(one => one.Envelope!.Subject));
    }

    [Theory, EveryDatabase]
    public async Task After_an_erasure_nothing_that_was_handed_in_before_is_shown(Database database)
    {
        await using var scene = await MailPortScene.StartAsync(database);
        var instance = await scene.App.HasInstanceWithSentMailAsync("003A", await scene.App.HasMailFlowAsync());
        await scene.SendAsync(await scene.AnswerAsync(instance, Ada, "Yes"));
        using var client = await scene.ReadAsync("all");
        await client.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        Assert.Equal(2, client.Inbox.Count);

        await scene.App.EraseAsync(Ada);
        await client.NoOpAsync();

        Assert.Equal(0, client.Inbox.Count);
    }

    private static async Task<MimeMessage> OnlyAsync(MailPortScene scene, string user, string folder)
    {
        using var client = await scene.ReadAsync(user);
        var opened = await client.GetFolderAsync(folder);
        await opened.OpenAsync(FolderAccess.ReadOnly);
        Assert.Equal(1, opened.Count);
        return await opened.GetMessageAsync(0);
    }

    private static async Task<(InstanceStatus, PauseReason?)> StateAsync(MailPortScene scene, Run instance)
    {
        var now = await scene.App.RunOfAsync(instance);
        return (now.Status, now.PauseReason);
    }
}
