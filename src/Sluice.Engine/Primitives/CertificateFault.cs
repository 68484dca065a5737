using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Engine.Primitives;

/// <summary>Says in plain words why a server's certificate is refused. .NET's own message names only the flags of an enumeration.</summary>
/// <param name="reason">A clause about the certificate, such as <c>it expired on 2026-11-01</c>.</param>
internal sealed class CertificateFault(string reason) : AuthenticationException(reason)
{
    private const int MaxNames = 5;

    /// <summary>A validation callback. It accepts what .NET accepts and nothing else; it only gives the refusal a reason.</summary>
    /// <exception cref="CertificateFault">The certificate is refused.</exception>
    public static bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => errors == SslPolicyErrors.None
        ? true
        : throw new CertificateFault(Describe(certificate as X509Certificate2, chain, errors, (sender as SslStream)?.TargetHostName ?? "this host", TimeProvider.System.GetUtcNow()));

    /// <returns>The fault in an exception or in its causes; null if a certificate is not the reason.</returns>
    public static CertificateFault? Find(Exception? fault) => fault is null or CertificateFault ? fault as CertificateFault : Find(fault.InnerException);

    public static string Describe(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string host, DateTimeOffset now)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "the server showed none";
        }

        var wrongName = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? WrongName(certificate, host) : null;
        string?[] reasons = [Expiry(certificate, chain, now), wrongName, Distrust(certificate, chain)];
        return string.Join("; ", reasons.OfType<string>()) is { Length: > 0 } known ? known : $"it breaks a rule ({string.Join(", ", Flags(chain))})";
    }

    private static string? Expiry(X509Certificate2 certificate, X509Chain? chain, DateTimeOffset now) =>
        new DateTimeOffset(certificate.NotAfter) is var end && end < now ? $"it expired on {Day(end)}"
        : new DateTimeOffset(certificate.NotBefore) is var start && start > now ? $"it is valid only from {Day(start)} on; this machine's clock says {Day(now)}"
        : Flags(chain).Contains(X509ChainStatusFlags.NotTimeValid) ? "the certificate of one of its issuers has expired, or is not valid yet"
        : null;

    private static string WrongName(X509Certificate2 certificate, string host)
    {
        List<string> names =
        [
            .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString()))),
        ];
        return names.Count == 0
            ? $"it names no host ({certificate.Subject}), so it is not for {host}"
            : $"it is for {string.Join(", ", names.Take(MaxNames))}{(names.Count > MaxNames ? ", …" : "")}, not for {host}";
    }

    private static string? Distrust(X509Certificate2 certificate, X509Chain? chain)
    {
        var flags = Flags(chain);
        return flags.Contains(X509ChainStatusFlags.Revoked) ? "its issuer has revoked it"
            : !flags.Intersect([X509ChainStatusFlags.UntrustedRoot, X509ChainStatusFlags.PartialChain, X509ChainStatusFlags.NotSignatureValid]).Any() ? null
            : certificate.Subject == certificate.Issuer ? "it is self-signed, and this machine does not trust it"
            : $"this machine does not trust its issuer ({certificate.Issuer})";
    }

    private static List<X509ChainStatusFlags> Flags(X509Chain? chain) => [.. (chain?.ChainStatus ?? []).Select(status => status.Status)];

    private static string Day(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
