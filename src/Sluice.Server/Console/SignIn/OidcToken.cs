using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sluice.Engine.SignIn;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.SignIn;

/// <summary>Checks an ID token, and reads from it who the person is.</summary>
internal sealed class OidcToken(OidcProvider provider, TimeProvider clock)
{
    private const int MaxRoles = 1000;

    /// <summary>The provider's clock may differ from ours.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <summary>Only signatures with a pair of keys: <c>none</c> is no signature, and with the others our own secret would be a key that signs.</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private readonly JsonWebTokenHandler _handler = new();

    /// <exception cref="OidcFault">The token proves nothing, or the provider cannot be asked for its keys.</exception>
    public async Task<OidcPerson> CheckAsync(string token, OidcAttempt attempt, CancellationToken ct)
    {
        var result = await ValidateAsync(token, isAnew: false, ct);
        result = result.Exception is SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException ? await ValidateAsync(token, isAnew: true, ct) : result;
        if (!result.IsValid || result.SecurityToken is not JsonWebToken valid)
        {
            throw new OidcFault(OidcFaultKind.Token, $"the ID token is not valid: {result.Exception?.GetType().Name}", result.Exception);
        }

        using var claims = Parse(valid.EncodedPayload);
        return Read(claims.RootElement, attempt);
    }

    private async Task<TokenValidationResult> ValidateAsync(string token, bool isAnew, CancellationToken ct)
    {
        var known = await provider.DiscoverAsync(isAnew, ct);
        return await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = known.Issuer,
            ValidAudience = provider.Settings.ClientId,
            IssuerSigningKeys = known.SigningKeys,
            ValidAlgorithms = Algorithms,
            LifetimeValidator = (from, to, _, _) => clock.GetUtcNow().UtcDateTime is var now && to > now - Skew && !(from > now + Skew),
        });
    }

    private OidcPerson Read(JsonElement claims, OidcAttempt attempt)
    {
        if (!FormGuard.Tokens.AreEqual(Text(claims, "nonce") ?? "", attempt.Nonce))
        {
            throw new OidcFault(OidcFaultKind.Attempt, "the ID token has another nonce: it is of another sign-in");
        }

        var isForMany = claims.TryGetProperty("aud", out var audience) && audience.ValueKind == JsonValueKind.Array && audience.GetArrayLength() > 1;
        var isOurs = Text(claims, "azp") is { } party ? party == provider.Settings.ClientId : !isForMany;
        return isOurs
            ? ReadPerson(claims)
            : throw new OidcFault(OidcFaultKind.Token, "the ID token is for several clients, or for another one (azp)");
    }

    private OidcPerson ReadPerson(JsonElement claims)
    {
        if (Text(claims, "email") is not { Length: > 0 } email || !IsTrue(claims, "email_verified"))
        {
            throw new OidcFault(OidcFaultKind.Unverified, "the ID token has no e-mail address that the provider has verified (email, email_verified)");
        }

        return claims.TryGetProperty(provider.Settings.RoleClaim, out _)
            ? new OidcPerson(email, RoleWords.Read(Texts(claims, provider.Settings.RoleClaim)))
            : throw new OidcFault(OidcFaultKind.NoRoleClaim, $"the ID token has no claim {provider.Settings.RoleClaim}");
    }

    private static JsonDocument Parse(string payload)
    {
        try
        {
            return JsonDocument.Parse(Base64Url.DecodeFromChars(payload), new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (Exception fault) when (fault is JsonException or FormatException)
        {
            throw new OidcFault(OidcFaultKind.Token, "the ID token is no JSON object, or names a claim twice", fault);
        }
    }

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Some providers write the word instead of the value.</summary>
    private static bool IsTrue(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.String && value.GetString() == "true"));

    /// <summary>Reads a list, or one text with spaces or commas in between.</summary>
    private static List<string> Texts(JsonElement claims, string name) => !claims.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!).Take(MaxRoles)]
        : value.ValueKind == JsonValueKind.String ? [.. value.GetString()!.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)]
        : [];
}

/// <summary>Who has signed in at the provider.</summary>
/// <param name="Email">The provider has checked that it is the person's.</param>
internal sealed record OidcPerson(string Email, Roles Roles);
