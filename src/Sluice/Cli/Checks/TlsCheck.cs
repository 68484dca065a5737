using Sluice.Server.Hosting.Tls;

namespace Sluice.Cli.Checks;

/// <summary>Checks the certificate and its key, which the server reads at its start.</summary>
internal static class TlsCheck
{
    private const string Name = "TLS";

    public static void Run(CheckReport report, Func<TlsCertificate?> read, Func<string?> readPublicUrl)
    {
        if (!report.TryRead(Name, read, out var certificate) || certificate is null)
        {
            return;
        }

        report.Ok(Name, $"certificate and key belong together: {certificate}");
        foreach (var warning in certificate.FindWarnings(TimeProvider.System.GetUtcNow()))
        {
            report.Warn(Name, warning, "Renew it, or correct the files; a running server takes them without a restart.");
        }

        if (CheckReport.Quietly(readPublicUrl) is { } url && new Uri(url).IdnHost is var host && !certificate.Leaf.MatchesHostname(host))
        {
            report.Warn(Name, $"the certificate is not for {host}, the host of --public-url", "Use a certificate for that name, unless a proxy in front has one.");
        }
    }
}
