using Sluice.Engine.Primitives;

namespace Sluice.Engine.Dkim;

/// <summary>
/// A pair of keys that sign the mail of a sender's domain [RFC 6376]: RSA for all receivers, Ed25519 [RFC 8463] as a second signature. A class, because the
/// <c>ToString</c> of a record would print the secrets.
/// </summary>
internal sealed class DkimKey
{
    public const int MaxOfCompany = 20;

    public required long CompanyId { get; init; }

    public required long Id { get; init; }

    /// <summary>In lower case and in its ASCII form.</summary>
    public required string Domain { get; init; }

    public required string Selector { get; init; }

    /// <summary>The private key (PKCS #8, base64), encrypted.</summary>
    public required string RsaSecret { get; init; }

    /// <summary>As the DNS record has it.</summary>
    public required string RsaPublic { get; init; }

    /// <summary>The seed (base64), encrypted.</summary>
    public required string Ed25519Secret { get; init; }

    public required string Ed25519Public { get; init; }

    /// <summary>Whether mail is signed with it. Before, its records must be in the DNS.</summary>
    public bool IsActive { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <returns>The domain of an address, as <see cref="Domain"/> has it.</returns>
    public static string DomainOf(string address) => EmailAddress.Key(address) is var key ? key[(key.LastIndexOf('@') + 1)..] : "";

    public string RsaSelector => $"{Selector}-rsa";

    public string Ed25519Selector => $"{Selector}-ed25519";

    /// <summary>The DNS records (TXT): name and value.</summary>
    public IReadOnlyList<(string Name, string Value)> Records =>
    [
        ($"{RsaSelector}._domainkey.{Domain}", $"v=DKIM1; k=rsa; p={RsaPublic}"),
        ($"{Ed25519Selector}._domainkey.{Domain}", $"v=DKIM1; k=ed25519; p={Ed25519Public}"),
    ];
}
