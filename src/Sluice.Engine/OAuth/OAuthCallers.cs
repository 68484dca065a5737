using System.Collections.Frozen;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.OAuth;

/// <summary>Finds the caller behind an access token.</summary>
internal sealed class OAuthCallers(Db db, OAuthAppStore apps)
{
    /// <returns>Null if the token is unknown or its grant is revoked. One that has expired is found: the caller of this looks at the clock.</returns>
    public async Task<Caller?> FindAsync(string accessHash, CancellationToken ct)
    {
        var store = new OAuthGrantStore(db);
        if (await store.FindByAccessTokenAsync(accessHash, ct) is not { } pair
            || await store.FindAsync(pair.CompanyId, pair.AppId, pair.GrantId, ct) is not { RevokedAt: null }
            || await apps.FindAsync(pair.CompanyId, pair.AppId, ct) is not { } app
            || await new CompanyStore(db).FindAsync(pair.CompanyId, ct) is not { } company)
        {
            return null;
        }

        return new Caller(company.Id, app.Id, Zones.FindOrUtc(company.TimeZone), company.Limits, Convert.FromHexString(company.CursorKey))
        {
            AccessKey = app.ClientId,
            Scopes = pair.Scopes.ToFrozenSet(StringComparer.Ordinal),
            Networks = [],
            ExpiresAt = pair.AccessExpiresAt,
            SecretHash = [],
            TokenHash = Convert.FromHexString(pair.AccessHash),
            IsOAuth = true,
        };
    }
}
