using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.OAuth;

/// <summary>Keeps a person's consent and makes the code for it. Deletes what has died meanwhile, and the oldest grants if there are too many.</summary>
internal sealed class GrantAccess(Db db, IdMaker ids, TimeProvider clock)
{
    /// <returns>The code. The database stores only its hash.</returns>
    public Task<string> RunAsync(OAuthApp app, IReadOnlyList<string> scopes, string redirectUri, string? codeChallenge, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            await new CompanyStore(tx).LockAsync(app.CompanyId, ct); // So that two at once do not both add the last one.
            var (now, store, code) = (clock.GetUtcNow(), new OAuthGrantStore(tx), Secret.New(Secret.CodePrefix));
            var known = await store.ListAsync(app.CompanyId, app.Id, ct);
            var dead = known.FindAll(grant => grant.IsDead(now));
            foreach (var grant in dead.Concat(known.Except(dead).Skip(OAuthGrant.MaxOfApp - 1)))
            {
                await store.DeleteAsync(grant, ct);
            }

            await store.AddAsync(new OAuthGrant(app.CompanyId, app.Id, ids.Next(), scopes, Secret.Hash(code), redirectUri, codeChallenge, now, now + OAuthGrant.CodeLifetime), ct);
            return code;
        },
        ct);
}
