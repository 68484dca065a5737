using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Tests.Support;

/// <summary>A real nginx with <c>examples/proxy/nginx.conf</c>, on a loopback port and in a folder of its own, in front of a server of Sluice.</summary>
internal sealed class NginxServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/nginx";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice_nginx_");
    private readonly int _port = FreePort.Take();
    private Process? _process;

    /// <summary>What nginx has logged.</summary>
    public string Log => File.ReadAllText(Path.Combine(_folder.FullName, "error.log"));

    private string Certificate => Path.Combine(_folder.FullName, "cert.pem");

    private string Key => Path.Combine(_folder.FullName, "key.pem");

    public static async Task<NginxServer> StartAsync(SluiceProcess behind)
    {
        var isMissing = !File.Exists(Program);
        Assert.SkipWhen(isMissing && Environment.GetEnvironmentVariable("CI") is null, "There is no nginx on this machine: ./test installs it");
        Assert.False(isMissing, "There is no nginx on this machine, and CI must not skip tests");
        var server = new NginxServer();
        await server.RunAsync(behind.Client.BaseAddress!);
        return server;
    }

    /// <summary>A client that trusts only the certificate of this server, and connects from the given address.</summary>
    public HttpClient ClientFrom(IPAddress address)
    {
        var handler = new SocketsHttpHandler { ConnectCallback = async (_, ct) => new NetworkStream(await ConnectAsync(address, ct), ownsSocket: true) };
        using var trusted = X509CertificateLoader.LoadCertificateFromFile(Certificate);
        var thumbprint = trusted.Thumbprint;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented is X509Certificate2 one && one.Thumbprint == thumbprint;
        return new HttpClient(handler) { BaseAddress = new Uri("https://sluice.example.com"), Timeout = TimeSpan.FromSeconds(120) };
    }

    public async ValueTask DisposeAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<Socket> ConnectAsync(IPAddress from, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, _port, ct);
        return socket;
    }

    private async Task RunAsync(Uri behind)
    {
        WriteCertificate();
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "sluice.conf"), await SampleAsync(behind));
        var settings = Path.Combine(_folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(settings, Settings());
        _process = Process.Start(new ProcessStartInfo(Program, ["-c", settings, "-e", Path.Combine(_folder.FullName, "error.log")]) { RedirectStandardError = true })!;
        await Eventually.UntilAsync(async () =>
        {
            Assert.False(_process.HasExited, _process.HasExited ? await _process.StandardError.ReadToEndAsync() : "");
            return await IsListeningAsync();
        });
    }

    private async Task<bool> IsListeningAsync()
    {
        try
        {
            using var socket = await ConnectAsync(IPAddress.Loopback, CancellationToken.None);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The sample, with only its ports and its certificate replaced.</summary>
    private async Task<string> SampleAsync(Uri behind)
    {
        var sample = await File.ReadAllTextAsync(Repository.PathOf("examples", "proxy", "nginx.conf"));
        foreach (var (written, here) in new[]
        {
            ("server 127.0.0.1:4664;", $"server {behind.Authority};"),
            ("listen 443 ssl", $"listen 127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)} ssl"),
            ("/etc/ssl/sluice/cert.pem", Certificate),
            ("/etc/ssl/sluice/key.pem", Key),
        })
        {
            Assert.Contains(written, sample, StringComparison.Ordinal);
            sample = sample.Replace(written, here, StringComparison.Ordinal);
        }

        return sample;
    }

    private string Settings() => $$"""
        daemon off;
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        pid {{_folder.FullName}}/pid;
        events { }
        http {
          access_log off;
          client_body_temp_path {{_folder.FullName}}/body;
          proxy_temp_path {{_folder.FullName}}/proxy;
          fastcgi_temp_path {{_folder.FullName}}/fastcgi;
          uwsgi_temp_path {{_folder.FullName}}/uwsgi;
          scgi_temp_path {{_folder.FullName}}/scgi;
          include {{_folder.FullName}}/sluice.conf;
        }
        """;

    private void WriteCertificate()
    {
        using var authority = new TestCertificateAuthority();
        var (certificate, key) = authority.Sign("sluice.example.com");
        File.WriteAllText(Certificate, certificate);
        File.WriteAllText(Key, key);
    }
}
