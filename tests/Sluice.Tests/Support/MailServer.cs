using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Support;

/// <summary>
/// A real mail server, Debian's exim, on loopback ports and in a folder of its own, with TLS and passwords, or access tokens of Ada. It refuses mail to "nobody", "full" and
/// "policy" and mail about cheap pills (5xx), defers mail to "later" (4xx), and writes all other mail into one file; or, as a provider does, into the folders of an
/// IMAP server, also what comes to <c>ada+anything</c>, and then it returns mail to others than Ada and Pat.
/// </summary>
internal sealed class MailServer(DovecotServer? folders) : IAsyncDisposable
{
    /// <summary>Who delivers the mail, if the tests run as root.</summary>
    public const string Owner = "Debian-exim";

    private const string Program = "/usr/sbin/exim4";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice_mail_");
    public int Port { get; } = FreePort.Take();

    private readonly int _tlsPort = FreePort.Take();
    private Process? _process;

    public string Certificate => Path.Combine(_folder.FullName, "cert.pem");

    private string Mailbox => Path.Combine(_folder.FullName, "mailbox");

    /// <param name="folders">Where mail is delivered; null: into one file.</param>
    public static async Task<MailServer> StartAsync(DovecotServer? folders = null)
    {
        var isMissing = !File.Exists(Program);
        Assert.SkipWhen(isMissing && Environment.GetEnvironmentVariable("CI") is null, "There is no mail server on this machine: ./test installs exim4-daemon-light");
        Assert.False(isMissing, "There is no mail server on this machine, and CI must not skip tests");
        var server = new MailServer(folders);
        await server.RunAsync();
        return server;
    }

    public SmtpTransport Transport(string scheme = "smtp", string userInfo = "robin:secret", bool isTrusted = true) =>
        new(SmtpSettings.Read(UrlOf(scheme, userInfo, isTrusted), null, out _)!);

    /// <summary>The value for <c>--smtp</c>.</summary>
    /// <param name="scheme"><c>smtp</c> or <c>smtps</c>.</param>
    /// <param name="userInfo">User and password, as in a URL.</param>
    /// <param name="isTrusted">Whether the client is told to trust the server's certificate.</param>
    public string UrlOf(string scheme, string userInfo = "robin:secret", bool isTrusted = true) =>
        $"{scheme}://{userInfo}@localhost:{(scheme == "smtps" ? _tlsPort : Port)}{(isTrusted ? $"?ca={Certificate}" : "")}";

    /// <summary>The delivered mail; delivery may take a moment.</summary>
    public async Task<string> ReadMailAsync(string until)
    {
        var text = "";
        await Eventually.UntilAsync(async () =>
        {
            text = File.Exists(Mailbox) ? await File.ReadAllTextAsync(Mailbox) : "";
            return text.Contains(until, StringComparison.Ordinal);
        });
        return text;
    }

    /// <summary>Sends a mail, as Pat's mail program does.</summary>
    public async Task SendAsync(MimeMessage mail)
    {
        using var ours = X509CertificateLoader.LoadCertificateFromFile(Certificate);
        using var program = new SmtpClient { ServerCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == ours.GetCertHashString() };
        await program.ConnectAsync("127.0.0.1", Port, SecureSocketOptions.StartTls);
        await program.AuthenticateAsync("pat@example.com", "secret");
        await program.SendAsync(mail);
        await program.DisconnectAsync(quit: true);
    }

    public async ValueTask DisposeAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        await Eventually.UntilAsync(TryDelete);
    }

    /// <returns>False: a process that still delivers has written into the folder meanwhile.</returns>
    private bool TryDelete()
    {
        try
        {
            _folder.Delete(recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task RunAsync()
    {
        var user = Environment.IsPrivilegedProcess ? Owner : Environment.UserName; // Exim delivers nothing as root.
        WriteCertificate();
        var settings = Path.Combine(_folder.FullName, "exim.conf");
        await File.WriteAllTextAsync(settings, Settings(user));
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("chown", ["-R", $"{user}:{user}", _folder.FullName]);
            await chown.WaitForExitAsync();
            using var back = Process.Start("chown", ["root", settings]); // Exim reads no settings that another user may have written.
            await back.WaitForExitAsync();
        }

        _process = Process.Start(new ProcessStartInfo(Program, ["-bdf", "-C", settings]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await Eventually.UntilAsync(async () =>
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, _tlsPort);
                return true;
            }
            catch (SocketException)
            {
                Assert.False(_process.HasExited, "The mail server did not start");
                return false;
            }
        });
    }

    /// <summary>Ada and Pat have mailboxes. Mail to all others is returned, as it is by a server that learns too late that there is no such mailbox.</summary>
    private string Routers => folders is null ? "" : """
        people:
          driver = accept
          local_parts = ada : pat
          local_part_suffix = +*
          local_part_suffix_optional
          transport = maildir
        nobody_else:
          driver = redirect
          allow_fail
          data = :fail: user unknown

        """;

    private string Folders(string user) => folders is null ? "" : $"""
        maildir:
          driver = appendfile
          directory = {folders.MailFolder}/$local_part_data
          maildir_format
          create_directory
          envelope_to_add
          return_path_add
          delivery_date_add
          user = {user}

        """;

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder.FullName, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private string Settings(string user) => $$$$"""
        exim_user = {{{{user}}}}
        spool_directory = {{{{_folder.FullName}}}}/spool
        log_file_path = {{{{_folder.FullName}}}}/%slog
        pid_file_path = {{{{_folder.FullName}}}}/pid
        primary_hostname = mail.test
        local_interfaces = 127.0.0.1
        daemon_smtp_ports = {{{{Port}}}} : {{{{_tlsPort}}}}
        tls_on_connect_ports = {{{{_tlsPort}}}}
        tls_advertise_hosts = *
        tls_certificate = {{{{Certificate}}}}
        tls_privatekey = {{{{_folder.FullName}}}}/key.pem
        auth_advertise_hosts = ${if def:tls_in_cipher{*}}
        acl_smtp_rcpt = rcpt
        acl_smtp_data = content
        host_lookup =
        keep_environment =
        begin acl
        rcpt:
          deny  !authenticated = *
                message = 5.7.1 who are you
          deny  local_parts = nobody
                message = 5.1.1 no such mailbox
          deny  local_parts = full
                message = 552 5.2.2 mailbox full
          deny  local_parts = policy
                message = 550 5.7.1 not from you
          defer local_parts = later
                message = 4.2.0 come back later
          accept
        content:
          deny  condition = ${if match{$h_subject:}{cheap pills}}
                message = 554 5.7.1 this is spam
          accept
        begin routers
        {{{{Routers}}}}
        all:
          driver = accept
          transport = file
        begin transports
        file:
          driver = appendfile
          file = {{{{Mailbox}}}}
          user = {{{{user}}}}
        {{{{Folders(user)}}}}
        begin authenticators
        plain:
          driver = plaintext
          public_name = PLAIN
          server_prompts = :
          server_condition = ${if and{ {match{$auth2}{\N^(robin$|(ada|pat)@)\N}} {eq{$auth3}{secret}} } }
          server_set_id = $auth2
        oauth:
          driver = plaintext
          public_name = XOAUTH2
          server_prompts = :
          server_condition = ${if match{$auth1}{\N^user=ada@example\.com\x01auth=Bearer access-token-\d+\x01\x01$\N}}
          server_set_id = ada@example.com

        """;
}
