using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Tests.Support;

/// <summary>A certificate authority of a test, with one authority below it that signs the certificates of servers, as public ones do.</summary>
internal sealed class TestCertificateAuthority : IDisposable
{
    private static readonly DateTimeOffset Begins = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Ends = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 _root = Authority("CN=Test root", null);
    private readonly X509Certificate2 _between;

    public TestCertificateAuthority() => _between = Authority("CN=Test between", _root);

    /// <summary>What a client must trust.</summary>
    public string Root => _root.ExportCertificatePem();

    /// <returns>The certificate of a server at localhost, 127.0.0.1 and sluice.test, followed by its chain, and its key.</returns>
    public (string Certificate, string Key) Sign(string name, DateTimeOffset? ends = null, bool isRsa = false)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var request = isRsa ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : new CertificateRequest($"CN={name}", ec, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("sluice.test");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using var leaf = request.Create(_between.SubjectName, X509SignatureGenerator.CreateForECDsa(_between.GetECDsaPrivateKey()!), Begins, ends ?? Ends.AddDays(-2), RandomNumberGenerator.GetBytes(8));
        return ($"{leaf.ExportCertificatePem()}\n{_between.ExportCertificatePem()}\n", isRsa ? rsa.ExportPkcs8PrivateKeyPem() : ec.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _root.Dispose();
        _between.Dispose();
    }

    private static X509Certificate2 Authority(string name, X509Certificate2? by)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        if (by is null)
        {
            return request.CreateSelfSigned(Begins, Ends);
        }

        using var signed = request.Create(by, Begins, Ends.AddDays(-1), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
