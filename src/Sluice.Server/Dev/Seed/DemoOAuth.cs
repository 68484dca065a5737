using Sluice.Engine.OAuth;
using Sluice.Engine.Storage;

namespace Sluice.Server.Dev.Seed;

/// <summary>Adds the OAuth application of <c>sluice dev</c>, also to a company that an earlier version made.</summary>
internal static class DemoOAuth
{
    /// <summary>Where a program usually listens while somebody develops it.</summary>
    private static readonly string[] RedirectUris =
    [
        "http://localhost:3000/callback", "http://127.0.0.1:3000/callback", "http://localhost:8080/callback", "http://127.0.0.1:8080/callback",
    ];

    /// <returns>Null if the company's secrets are not those of <c>sluice dev</c>.</returns>
    public static async Task<DemoOAuthClient?> AddAsync(IDbSession tx, DemoCompany company, int seed, DemoSecrets secrets, CancellationToken ct)
    {
        if (secrets.Phrase is not { } phrase || company.Credentials is null)
        {
            return null;
        }

        var id = new SeedRandom(~seed).Id(DemoTeam.Founded); // A sequence of its own: all other ids stay as they were.
        var (app, secret) = OAuthApp.MakePublished(company.Company.Id, id, phrase, RedirectUris, DemoTeam.Founded);
        var apps = new OAuthAppStore(tx, acceptDevOnly: true);
        if (await apps.FindAsync(app.ClientId, ct) is null)
        {
            await apps.AddAsync(app, ct);
        }

        return new DemoOAuthClient(app.ClientId, secret);
    }
}
