namespace Sluice.Engine.Companies;

/// <summary>A company's API key: an access key with a secret (Basic), and a bearer token. Secret and token are stored only as hashes.</summary>
/// <param name="Scopes">What the key may do, e.g. <c>api:flows:read</c>.</param>
/// <param name="Networks">The networks (CIDR) from which the key may be used; empty: any network.</param>
/// <param name="DevOnly">Whether the secret is published, so that only <c>sluice dev</c> accepts the key.</param>
internal sealed record ApiKey(
    long CompanyId,
    long Id,
    string Name,
    string AccessKey,
    string SecretHash,
    string TokenHash,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> Networks,
    bool DevOnly,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt)
{
    /// <summary>How many keys a company may have that are not revoked.</summary>
    public const int MaxOfCompany = 1000;

    /// <summary>Whether it works: <c>live</c>, <c>expired</c>, <c>revoked</c> or <c>dev only</c>.</summary>
    public string StateAt(DateTimeOffset now) => RevokedAt is not null ? "revoked" : ExpiresAt <= now ? "expired" : DevOnly ? "dev only" : "live";
}

internal static class Scopes
{
    /// <summary>Allows <c>/sluice/v1</c>. This scope is Sluice's own; clients of the imitated API do not need it. So a key gets it only on request.</summary>
    public const string Manage = "sluice:manage";

    /// <summary>The scopes of the imitated API that Sluice uses [doc].</summary>
    public static readonly IReadOnlyList<string> All =
    [
        "api:flows:read",
        "api:flows:write",
        "api:users:read",
        "api:workspaces:read",
        "api:tasks:read",
        "api:tasks:write",
        "api:crm:upload",
        "api:crm:schema",
        "api:crm:integrations:read",
        "api:crm:integration:register",
        "api:crm:integration:delete",
        "api:crm:get-objects",
        "api:data-privacy:read",
        "api:data-privacy:delete",
    ];

    /// <summary>All that a key may have.</summary>
    public static readonly IReadOnlyList<string> Known = [.. All, Manage];
}
