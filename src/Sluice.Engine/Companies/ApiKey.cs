namespace Sluice.Engine.Companies;

/// <summary>A credential of a company: an access key with its secret for Basic, and a token for Bearer. Both are kept as hashes only.</summary>
/// <param name="Scopes">What it may do, e.g. <c>api:flows:read</c>.</param>
/// <param name="Networks">Where it may be used from, CIDR; empty: anywhere.</param>
/// <param name="DevOnly">Its secret is published: only <c>sluice dev</c> accepts it.</param>
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
    DateTimeOffset? RevokedAt);

internal static class Scopes
{
    /// <summary>To <c>/sluice/v1</c>. Ours, so no client of the imitated API has a use for it: a key gets it only when it is named.</summary>
    public const string Manage = "sluice:manage";

    /// <summary>Those of the imitated API that Sluice uses [doc].</summary>
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
    ];
}
