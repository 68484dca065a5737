using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Primitives;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.SignIn;

/// <summary>
/// One sign-in by the provider, from leaving for it until coming back. A secret that only this browser has, as a cookie, gives the <c>state</c>, the <c>nonce</c> and the
/// proof key, so nothing is stored and every node knows them. An answer that another browser has asked for, or one that is shown again, fits no cookie.
/// </summary>
/// <param name="Key">Random, and known to nobody else.</param>
/// <param name="Return">Where to go then; null: to the first page.</param>
internal sealed record OidcAttempt(string Key, string? Return)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>A cookie has room for 4 kB, and a letter takes up to three bytes there.</summary>
    private const int MaxReturn = 1000;

    private const char Separator = ' ';

    public string State => Derive("state");

    public string Nonce => Derive("nonce");

    /// <summary>The proof key [RFC 7636]: who has stolen the code cannot use it.</summary>
    public string Verifier => Derive("verifier");

    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public static OidcAttempt New(string? returnPath) => new(Secret.New(Secret.SessionPrefix), returnPath is { Length: <= MaxReturn } ? returnPath : null);

    /// <returns>Null: the browser has begun none, or too long ago.</returns>
    public static OidcAttempt? Read(string? cookie) =>
        cookie?.Split(Separator, 2) is [var key, .. var rest] && Secret.HasValidChecksum(key, Secret.SessionPrefix)
            ? new(key, ReturnPath.Read(rest.FirstOrDefault()))
            : null;

    public string Write() => $"{Key}{Separator}{Return}";

    public bool IsAnsweredBy(string state) => FormGuard.Tokens.AreEqual(state, State);

    private string Derive(string use) => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes($"oidc {use}")));
}
