using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Sluice.Server.Hosting.Tls;

/// <summary>
/// Has the certificate of new connections, and takes the new one when its files have changed. It reads them every two seconds instead of being told of
/// changes: a certificate is also replaced by a rename, or (in Kubernetes) by another target of a link above it, which a watcher of the file does not see.
/// </summary>
internal sealed partial class TlsCertificates(TlsCertificate first, TimeProvider clock, ILogger<TlsCertificates> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly TlsFiles _files = first.Files;
    private volatile TlsCertificate _current = first;
    private string? _fault;
    private int _looks; // How often the same fault was found in a row.

    public static void Listen(ListenOptions listen)
    {
        var certificates = listen.ApplicationServices.GetRequiredService<TlsCertificates>();
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificates.Options()) });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Reload();
        }
    }

    private SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = _current.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    /// <summary>Takes files that have changed. Tells a fault at its second look: at the first, perhaps only one of the two files was replaced yet.</summary>
    private void Reload()
    {
        try
        {
            var texts = _files.Read();
            if (texts != _current.Texts)
            {
                Take(TlsCertificate.Make(_files, texts));
            }

            (_fault, _looks) = (null, 0);
        }
        catch (Exception fault)
        {
            (_fault, _looks) = (fault.Message, fault.Message == _fault ? _looks + 1 : 1);
            if (_looks == 2)
            {
                LogKept(fault.Message, _current.ToString());
            }
        }
    }

    private void Take(TlsCertificate certificate)
    {
        _current = certificate;
        LogTaken(certificate.ToString());
        foreach (var warning in certificate.FindWarnings(clock.GetUtcNow()))
        {
            LogWarning(warning);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "New connections get the new certificate: {Certificate}")]
    private partial void LogTaken(string certificate);

    [LoggerMessage(2, LogLevel.Warning, "TLS: {Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(3, LogLevel.Error, "The new certificate cannot be used, so the old one stays ({Certificate}). {Fault}")]
    private partial void LogKept(string fault, string certificate);
}
