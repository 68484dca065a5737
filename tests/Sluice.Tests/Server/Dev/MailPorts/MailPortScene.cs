using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Sluice.Engine.Companies;
using Sluice.Engine.Instances;

namespace Sluice.Tests.Server.Dev.MailPorts;

/// <summary>A <c>dev</c> server that speaks SMTP and IMAP, and mail programs that call it.</summary>
internal sealed class MailPortScene(TestApp app) : IAsyncDisposable
{
    public TestApp App => app;

    public static async Task<MailPortScene> StartAsync(Database database)
    {
        var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, OverKestrel = true, MailPorts = true });
        var (key, _) = CreateApiKey.MakePublished(app.Tenant.Id, app.NextId(), "phrase", app.Clock.GetUtcNow());
        await new ApiKeyStore(app.Db, acceptDevOnly: true).AddAsync(key, CancellationToken.None);
        return new MailPortScene(app);
    }

    /// <summary>Logs in by IMAP as a mail program does.</summary>
    public async Task<ImapClient> ReadAsync(string user)
    {
        var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", app.MailPorts.Imap, SecureSocketOptions.None);
        await client.AuthenticateAsync(user, "any");
        return client;
    }

    /// <summary>Hands a mail in by SMTP as a mail program does.</summary>
    /// <returns>What the server says at the end.</returns>
    public async Task<string> SendAsync(MimeMessage mail)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", app.MailPorts.Smtp, SecureSocketOptions.None);
        await client.AuthenticateAsync("somebody", "any");
        var answer = await client.SendAsync(mail);
        await client.DisconnectAsync(quit: true);
        return answer;
    }

    public Task<TextTalk> TalkSmtpAsync() => TextTalk.ToAsync(app.MailPorts.Smtp);

    public Task<TextTalk> TalkImapAsync() => TextTalk.ToAsync(app.MailPorts.Imap);

    /// <summary>Makes an answer to the first mail of a flow instance.</summary>
    public async Task<MimeMessage> AnswerAsync(Run instance, string from, string text, Action<MimeMessage>? change = null)
    {
        var first = (await app.MailOfAsync(instance))[0];
        var mail = new MimeMessage([new MailboxAddress("Ada", from)], [new MailboxAddress("", first.SenderAddress)], $"Re: {first.Subject}", new TextPart("plain") { Text = text });
        mail.InReplyTo = first.MessageId;
        change?.Invoke(mail);
        return mail;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
