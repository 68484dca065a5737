using System.Collections.Concurrent;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Dkim;

/// <summary>Finds what signs the mail of a sender: two signatures, if the company has an active key for the sender's domain.</summary>
internal sealed partial class DkimSigners(DkimSecrets secrets, TimeProvider clock, ILogger<DkimSigners> logger)
{
    /// <summary>Keys are in memory for so long; a change takes effect within it.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private const int MaxKept = 1000;

    private readonly ILogger _logger = logger;
    private readonly ConcurrentDictionary<long, (DateTimeOffset Until, List<OpenKey> Keys)> _kept = new();

    /// <returns>Those that sign, in the order in which their signatures are added; none: the mail is not signed.</returns>
    public async Task<IReadOnlyList<DkimSigner>> FindAsync(IDbSession db, long companyId, string sender, CancellationToken ct)
    {
        var domain = DkimKey.DomainOf(sender);
        var key = (await KeysAsync(db, companyId, ct)).Find(one => one.Domain == domain);
        return key is null ? [] : [Make(key, key.Ed25519, key.Ed25519Selector, DkimSignatureAlgorithm.Ed25519Sha256), Make(key, key.Rsa, key.RsaSelector, DkimSignatureAlgorithm.RsaSha256)];
    }

    private async Task<List<OpenKey>> KeysAsync(IDbSession db, long companyId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_kept.TryGetValue(companyId, out var kept) && kept.Until > now && kept.Until <= now + KeptFor)
        {
            return kept.Keys;
        }

        if (_kept.Count >= MaxKept)
        {
            _kept.Clear();
        }

        var keys = (await new DkimKeyStore(db).ListAsync(companyId, ct)).Where(key => key.IsActive).Select(Open).OfType<OpenKey>().ToList();
        _kept[companyId] = (now + KeptFor, keys);
        return keys;
    }

    private OpenKey? Open(DkimKey key)
    {
        if (secrets.Open(key) is var (rsa, ed25519))
        {
            return new OpenKey(key.Domain, key.RsaSelector, rsa, key.Ed25519Selector, ed25519);
        }

        LogClosed(key.Id, key.CompanyId);
        return null;
    }

    private static DkimSigner Make(OpenKey key, AsymmetricKeyParameter secret, string selector, DkimSignatureAlgorithm algorithm) => new(secret, key.Domain, selector, algorithm)
    {
        HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
        BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
    };

    [LoggerMessage(1, LogLevel.Error, "DKIM key {KeyId} of company {CompanyId} was encrypted by another master key, so its mail is not signed: make a new one with sluice mail dkim new")]
    private partial void LogClosed(long keyId, long companyId);

    private sealed record OpenKey(string Domain, string RsaSelector, AsymmetricKeyParameter Rsa, string Ed25519Selector, AsymmetricKeyParameter Ed25519);
}
