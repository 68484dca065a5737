using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Server.Hosting.Tls;

/// <summary>A certificate with its private key and its chain, ready for connections.</summary>
/// <param name="Texts">What it was made of.</param>
internal sealed record TlsCertificate(TlsFiles Files, TlsTexts Texts, X509Certificate2 Leaf, SslStreamCertificateContext Context)
{
    /// <exception cref="TlsFilesException">The files cannot be read, or are no certificate and key that belong together.</exception>
    public static TlsCertificate Read(TlsFiles files) => Make(files, files.Read());

    /// <exception cref="TlsFilesException">The texts are no certificate and key that belong together.</exception>
    public static TlsCertificate Make(TlsFiles files, TlsTexts texts)
    {
        var chain = ReadChain(files, texts);
        var leaf = WithKey(files, texts);
        chain.RemoveAt(0); // The first is the leaf; the others are sent with it, so that a client that knows only the root trusts it.
        return new(files, texts, leaf, SslStreamCertificateContext.Create(leaf, chain, offline: true));
    }

    /// <summary>Says what the operator should know, though the server can use the certificate.</summary>
    public IEnumerable<string> FindWarnings(DateTimeOffset now)
    {
        if (now.UtcDateTime >= Leaf.NotAfter.ToUniversalTime())
        {
            yield return $"the certificate in {Files.Certificate} has expired on {Day(Leaf.NotAfter)}: clients will refuse it.";
        }

        if (now.UtcDateTime < Leaf.NotBefore.ToUniversalTime())
        {
            yield return $"the certificate in {Files.Certificate} is valid only from {Day(Leaf.NotBefore)}: clients will refuse it before.";
        }

        if (Files.IsKeyOpen())
        {
            yield return $"every user of this machine can read the private key in {Files.Key}. Take that away with: chmod o= {Files.Key}";
        }
    }

    public override string ToString() => $"{Leaf.Subject}, valid until {Day(Leaf.NotAfter)}";

    private static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static X509Certificate2Collection ReadChain(TlsFiles files, TlsTexts texts)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(texts.Certificate);
        }
        catch (CryptographicException fault)
        {
            throw new TlsFilesException($"--tls-cert: a certificate in {files.Certificate} is damaged: {fault.Message}");
        }

        return chain.Count > 0 ? chain : throw new TlsFilesException($"--tls-cert: {files.Certificate} has no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----.");
    }

    private static X509Certificate2 WithKey(TlsFiles files, TlsTexts texts)
    {
        if (!texts.Key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new TlsFilesException($"--tls-key: {files.Key} has no private key in PEM, which begins with -----BEGIN PRIVATE KEY-----.");
        }

        if (texts.Key.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw new TlsFilesException($"--tls-key: the key in {files.Key} is encrypted, and a server that starts by itself cannot ask for its passphrase. Write it without one: openssl pkey -in {files.Key} -out plain.pem");
        }

        try
        {
            return Usable(X509Certificate2.CreateFromPem(texts.Certificate, texts.Key));
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new TlsFilesException(IsReadable(texts.Key)
                ? $"--tls-key: the key in {files.Key} does not belong to the first certificate in {files.Certificate}."
                : $"--tls-key: the key in {files.Key} cannot be used: it should be an RSA or ECDSA key in PEM.");
        }
    }

    /// <summary>Windows cannot use a key that is in memory only.</summary>
    private static X509Certificate2 Usable(X509Certificate2 certificate) =>
        OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null) : certificate;

    private static bool IsReadable(string key)
    {
        foreach (var kind in (Func<AsymmetricAlgorithm>[])[RSA.Create, ECDsa.Create])
        {
            using var algorithm = kind();
            try
            {
                algorithm.ImportFromPem(key);
                return true;
            }
            catch (Exception fault) when (fault is ArgumentException or CryptographicException)
            {
                // A key of another kind, or none.
            }
        }

        return false;
    }
}
