using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using MimeKit;

namespace Sluice.Tests.Support;

/// <summary>A real IMAP server, Debian's Dovecot, on a loopback port and in a folder of its own. Every user exists; all have the same password.</summary>
internal sealed class DovecotServer(TokenServer? tokens, string owner) : IAsyncDisposable
{
    public const string Password = "secret";

    private const string Program = "/usr/sbin/dovecot";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice_imap_");
    private Process? _process;

    public int Port { get; } = FreePort.Take();

    /// <summary>Each user's messages are in the folder of that name.</summary>
    public string MailFolder => PathOf("mail");

    public string Log => File.Exists(PathOf("log")) ? File.ReadAllText(PathOf("log")) : "";

    /// <param name="tokens">Who says which access tokens are good; null: none is.</param>
    /// <param name="owner">Who owns the messages, if the tests run as root: who else delivers some.</param>
    public static async Task<DovecotServer> StartAsync(TokenServer? tokens = null, string owner = "mail")
    {
        var isMissing = !File.Exists(Program);
        Assert.SkipWhen(isMissing && Environment.GetEnvironmentVariable("CI") is null, "There is no Dovecot on this machine: ./test installs dovecot-imapd");
        Assert.False(isMissing, "There is no Dovecot on this machine, and CI must not skip tests");
        var server = new DovecotServer(tokens, owner);
        await server.WriteSettingsAsync("");
        await server.RunAsync();
        return server;
    }

    /// <summary>Puts a message into a folder, as delivery does.</summary>
    public async Task DeliverAsync(string user, string raw, string folder = "INBOX")
    {
        using var client = await ConnectAsync(user);
        var into = folder == "INBOX" ? client.Inbox! : await client.GetFolderAsync(folder);
        await into.AppendAsync(new AppendRequest(await MimeMessage.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(raw.ReplaceLineEndings("\r\n"))))));
        await client.DisconnectAsync(quit: true);
    }

    /// <summary>Connects as a mail program does.</summary>
    public async Task<ImapClient> ConnectAsync(string user)
    {
        var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", Port, SecureSocketOptions.None);
        await client.AuthenticateAsync(user, Password);
        return client;
    }

    /// <summary>Deletes the oldest messages of the inbox.</summary>
    public async Task ExpungeAsync(string user, int count)
    {
        using var client = await ConnectAsync(user);
        await client.Inbox!.OpenAsync(FolderAccess.ReadWrite);
        await client.Inbox.AddFlagsAsync([.. Enumerable.Range(0, count)], MessageFlags.Deleted, silent: true);
        await client.Inbox.ExpungeAsync();
        await client.DisconnectAsync(quit: true);
    }

    /// <summary>Gives all messages of the inbox new numbers, as a server does that has lost its index.</summary>
    public async Task RenumberAsync(string user)
    {
        await StopAsync();
        foreach (var file in Directory.GetFiles(PathOf("mail"), "dovecot*", SearchOption.AllDirectories).Where(file => file.Contains($"/{user}/", StringComparison.Ordinal)))
        {
            File.Delete(file);
        }

        await RunAsync();
    }

    /// <param name="withoutIdle">Whether the server cannot push news.</param>
    public async Task RestartAsync(bool withoutIdle = false)
    {
        await StopAsync();
        await WriteSettingsAsync(withoutIdle ? "imap_capability = IMAP4rev1 NAMESPACE UIDPLUS" : "");
        await RunAsync();
    }

    public async Task StopAsync()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill(entireProcessTree: true);
            await running.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        _folder.Delete(recursive: true);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private async Task WriteSettingsAsync(string more)
    {
        foreach (var name in (string[])["mail", "home"])
        {
            Directory.CreateDirectory(PathOf(name));
        }

        if (Environment.IsPrivilegedProcess)
        {
            await Process.Start("chmod", ["755", _folder.FullName]).WaitForExitAsync();
            await Process.Start("chown", [owner, PathOf("mail"), PathOf("home")]).WaitForExitAsync();
        }

        await File.WriteAllTextAsync(PathOf("dovecot.conf"), Settings(more));
        await File.WriteAllTextAsync(PathOf("oauth2.conf"), $"""
            introspection_mode = get
            introspection_url = {tokens?.IntrospectionUrl ?? "http://127.0.0.1:9/"}
            username_attribute = user
            active_attribute = active
            active_value = true
            """);
    }

    private string Settings(string more)
    {
        var (me, user) = (Environment.UserName, Environment.IsPrivilegedProcess ? owner : Environment.UserName);
        return $$"""
            base_dir = {{PathOf("run")}}
            state_dir = {{PathOf("state")}}
            log_path = {{PathOf("log")}}
            protocols = imap
            listen = 127.0.0.1
            ssl = no
            disable_plaintext_auth = no
            auth_failure_delay = 0
            mail_max_userip_connections = 100
            first_valid_uid = 1
            {{(Environment.IsPrivilegedProcess ? "" : $"default_internal_user = {me}\ndefault_login_user = {me}")}}
            mail_location = maildir:{{PathOf("mail")}}/%n
            namespace inbox {
              inbox = yes
              mailbox Junk {
                auto = create
                special_use = \Junk
              }
              mailbox Sent {
                auto = create
                special_use = \Sent
              }
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = {{Port.ToString(CultureInfo.InvariantCulture)}}
              }
              inet_listener imaps {
                port = 0
              }
            }
            service anvil {
              chroot =
            }
            auth_mechanisms = plain login oauthbearer xoauth2
            passdb {
              driver = oauth2
              mechanisms = xoauth2 oauthbearer
              args = {{PathOf("oauth2.conf")}}
            }
            passdb {
              driver = static
              args = password={{Password}}
            }
            userdb {
              driver = static
              args = uid={{user}} gid={{(Environment.IsPrivilegedProcess ? "mail" : user)}} home={{PathOf("home")}}/%n
            }
            {{more}}
            """;
    }

    private async Task RunAsync()
    {
        _process = Process.Start(new ProcessStartInfo(Program, ["-F", "-c", PathOf("dovecot.conf")]) { RedirectStandardError = true })!;
        await Eventually.UntilAsync(async () =>
        {
            Assert.False(_process.HasExited, _process.HasExited ? await _process.StandardError.ReadToEndAsync() + Log : "");
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }
}
