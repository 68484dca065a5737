using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using Sluice.Engine.Primitives;
using Sluice.Engine.Secrets;

namespace Sluice.Engine.Dkim;

/// <summary>Makes keys for DKIM, and opens them. The private keys are encrypted by the server's master key.</summary>
internal sealed class DkimSecrets(ServerKey key)
{
    private const int RsaBits = 2048;

    /// <summary>Whether a private key can be kept.</summary>
    public bool HasKey => key.HasKey;

    public static string PurposeOf(long companyId, long id) => $"dkim {WireId.Write(companyId)} {WireId.Write(id)}";

    public DkimKey Make(long companyId, long id, string domain, string selector, DateTimeOffset now)
    {
        using var rsa = RSA.Create(RsaBits);
        var ed25519 = new Ed25519PrivateKeyParameters(RandomNumberGenerator.GetBytes(Ed25519PrivateKeyParameters.KeySize));
        var purpose = PurposeOf(companyId, id);
        return new DkimKey
        {
            CompanyId = companyId,
            Id = id,
            Domain = domain,
            Selector = selector,
            RsaSecret = key.Encrypt(purpose, Convert.ToBase64String(rsa.ExportPkcs8PrivateKey())),
            RsaPublic = Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo()),
            Ed25519Secret = key.Encrypt(purpose, Convert.ToBase64String(ed25519.GetEncoded())),
            Ed25519Public = Convert.ToBase64String(ed25519.GeneratePublicKey().GetEncoded()),
            CreatedAt = now,
        };
    }

    /// <returns>Null: the server's master key is not the one that encrypted the private keys.</returns>
    public (AsymmetricKeyParameter Rsa, AsymmetricKeyParameter Ed25519)? Open(DkimKey kept)
    {
        var purpose = PurposeOf(kept.CompanyId, kept.Id);
        return key.Decrypt(purpose, kept.RsaSecret) is { } rsa && key.Decrypt(purpose, kept.Ed25519Secret) is { } seed
            ? (PrivateKeyFactory.CreateKey(Convert.FromBase64String(rsa)), new Ed25519PrivateKeyParameters(Convert.FromBase64String(seed)))
            : null;
    }
}
