using System.Diagnostics;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Sluice.Tests.Server.Dev.MailPorts;

/// <summary>The program <c>sluice dev --mail-ports</c>, and a folder for what mail programs need.</summary>
internal sealed class MailProgramScene(SluiceProcess sluice) : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice_mail_program_");

    public SluiceProcess Sluice => sluice;

    public int Smtp => (int)sluice.Ready["smtpPort"]!;

    public int Imap => (int)sluice.Ready["imapPort"]!;

    public static async Task<MailProgramScene> StartAsync() => new(await SluiceProcess.StartAsync("dev", "--ephemeral", "--mail-ports", "0,0"));

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public async Task HandInAsync(string from, string to, string subject)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", Smtp, SecureSocketOptions.None);
        await client.SendAsync(new MimeMessage([new MailboxAddress("", from)], [new MailboxAddress("", to)], subject, new TextPart("plain") { Text = subject }));
        await client.DisconnectAsync(quit: true);
    }

    public async Task<ImapClient> ReadAsync(string user)
    {
        var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", Imap, SecureSocketOptions.None);
        await client.AuthenticateAsync(user, "any");
        return client;
    }

    /// <summary>Copies the inbox of a login into a folder, both ways.</summary>
    public async Task MbsyncAsync(string user)
    {
        await File.WriteAllTextAsync(PathOf("mbsyncrc"), $"""
            IMAPAccount dev
            Host 127.0.0.1
            Port {Imap}
            User {user}
            Pass any
            SSLType None
            AuthMechs LOGIN

            IMAPStore far
            Account dev

            MaildirStore near
            Inbox {PathOf("mail")}
            SubFolders Verbatim

            Channel all
            Far :far:
            Near :near:
            Patterns INBOX
            Create Near
            Expunge Both
            SyncState {PathOf("state")}

            """);
        await RunAsync("mbsync", "-c", PathOf("mbsyncrc"), "all");
    }

    /// <summary>The files of the copy, the oldest mail first.</summary>
    public List<string> Copies() => [.. Directory.GetFiles(PathOf("mail"), "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(Path.GetDirectoryName(file)) is "cur" or "new").OrderBy(file => File.ReadAllText(file).Contains("Subject: Two", StringComparison.Ordinal)).ThenBy(file => file, StringComparer.Ordinal)];

    /// <returns>What the program prints; it must succeed.</returns>
    public async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["HOME"] = _folder.FullName } })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Timeout);
        Assert.True(process.ExitCode == 0, $"{program}: {await errors}{await output}");
        return await output;
    }

    public async ValueTask DisposeAsync()
    {
        await sluice.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
