using System.Text.RegularExpressions;
using MailKit;
using MimeKit;
using Sluice.Engine.Companies;

namespace Sluice.Tests.Server.Hosting;

/// <summary>Pastes README.md whole, from top to bottom, exactly as it is written, and expects what the page says.</summary>
[Slow]
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task The_page_pasted_from_top_to_bottom_works_as_written()
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("README.md"), TestContext.Current.CancellationToken);
        await using var imap = await DovecotServer.StartAsync(owner: MailServer.Owner);
        await using var smtp = await MailServer.StartAsync(imap);
        var reader = AnswerAsPatAsync(imap, smtp);
        var blocks = await PastedPage.PasteAsync("README.md", new PasteOptions
        {
            Replace = text => text.Replace("--provider fastmail", $"--plus-address all --smtp smtp://localhost:{smtp.Port} --imap 'imap://127.0.0.1:{imap.Port}?tls=none'", StringComparison.Ordinal),
            Environment = new Dictionary<string, string> { ["SLUICE_MAILBOX_PASSWORD"] = DovecotServer.Password, ["SSL_CERT_FILE"] = smtp.Certificate },
        });

        Assert.Equal(RequestId().Replace(Answer().Match(text).Groups[1].Value, ""), Told("a5V1Q00A120DP4CVAW"));
        Assert.Equal("""{"requestId":"","unassignedFlowInstanceIds":["1234361284629356"]}""", Told("unassign-flows-by-instance-id"));
        Assert.Contains("\"openFlowInstances\":", Told("/sluice/v1/prospects"), StringComparison.Ordinal);
        Assert.Contains("/v2/flows/prospects/unassign-flows-by-instance-id", Told("logs tail"), StringComparison.Ordinal);

        var engine = Told("sluice/v1/inbound");
        Assert.Contains("step_done", engine, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"sent\"", engine, StringComparison.Ordinal);
        Assert.Contains("Paused since Thursday 5 November 2026 at 09:00 because the prospect replied", engine, StringComparison.Ordinal);

        Assert.Contains("because somebody removed it", Told("explain 1234361284629356"), StringComparison.Ordinal);
        Assert.Contains("would be assigned", Told("sluice plan"), StringComparison.Ordinal);
        Assert.Contains("Nothing to change.\n", Told("sluice apply"), StringComparison.Ordinal);
        Assert.Contains("\"emailAddress\":\"test@test.com\"", Told("--ephemeral"), StringComparison.Ordinal);
        Assert.Contains("sls_", Told("keys create"), StringComparison.Ordinal);

        await reader;
        Assert.Matches("(?m)^Paused since .* because the prospect replied.*\n^Paused since .*bounced", Told("mailboxes add"));

        string Told(string command) => RequestId().Replace(blocks.First(block => block.Text.Contains(command, StringComparison.Ordinal)).Output.Trim(), "");
    }

    /// <summary>
    /// Does what the page asks of its reader: waits for the mail to Pat in a mail program, and answers it there. From another address and without the headers of an
    /// answer, so that only the token in the address can say what it answers.
    /// </summary>
    private static async Task AnswerAsPatAsync(DovecotServer imap, MailServer smtp)
    {
        using var program = await imap.ConnectAsync("pat@example.com");
        await program.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        while (program.Inbox.Count == 0) // On a busy machine the page sends this mail only after minutes. Whoever pastes the page limits its time.
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
            await program.NoOpAsync(TestContext.Current.CancellationToken);
        }

        var mail = await program.Inbox.GetMessageAsync(0);
        using var answer = new MimeMessage([new MailboxAddress("", "assistant@example.com")], mail.ReplyTo, "Your mail", new TextPart("plain") { Text = "Yes, please. Tomorrow?" });
        await smtp.SendAsync(answer);
    }

    /// <summary>The page says: ask again afterwards, and the list is empty. And: --ephemeral deletes the database at the end.</summary>
    [Fact]
    public async Task After_the_first_calls_the_prospect_is_in_no_flow_and_an_ephemeral_server_leaves_nothing_behind()
    {
        await using var server = await SluiceProcess.StartAsync("dev", "--ephemeral");
        var (database, key) = ((string)server.Ready["database"]!, new ApiKeyCredentials((string)server.Ready["accessKey"]!, (string)server.Ready["accessKeySecret"]!, ""));

        Assert.Single((await AskAsync()).Each("prospectsAssigned", "flowId"));
        await server.PostAsync("/v2/flows/prospects/unassign-flows-by-instance-id", """{"flowInstanceIds":["1234361284629356"]}""", key);
        Assert.Empty((await AskAsync()).Each("prospectsAssigned", "flowId"));

        Assert.True(File.Exists(database));
        Assert.Equal(0, await server.TerminateAsync());
        Assert.False(Directory.Exists(Path.GetDirectoryName(database)), "--ephemeral left something behind");

        Task<Reply> AskAsync() => server.PostAsync("/v2/flows/prospects", """{"crmProspectsIds":["a5V1Q00A120DP4CVAW"]}""", key);
    }

    [GeneratedRegex("^(\\{\"requestId\":.*\\})$", RegexOptions.Multiline)]
    private static partial Regex Answer();

    [GeneratedRegex("(?<=\"requestId\":\")[0-9a-z]{18,19}(?=\")")]
    private static partial Regex RequestId();
}
