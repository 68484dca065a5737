using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Engine.Mailboxes;

/// <summary>
/// What a mailbox needs to ask its provider for access tokens [RFC 6749]. It is kept encrypted, in the place of a password. A class, because the
/// <c>ToString</c> of a record would print the secrets.
/// </summary>
internal sealed class MailboxOAuth
{
    public required string TokenUrl { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Null: the client has none, as programs on people's machines.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>Stands for the consent of the mailbox's owner. Null: the client asks in its own name (client credentials).</summary>
    public string? RefreshToken { get; init; }

    public string? Scope { get; init; }

    public static MailboxOAuth Read(string json) => JsonSerializer.Deserialize(json, MailboxOAuthJson.Default.MailboxOAuth)!;

    public string Write() => JsonSerializer.Serialize(this, MailboxOAuthJson.Default.MailboxOAuth);

    public MailboxOAuth With(string refreshToken) => new() { TokenUrl = TokenUrl, ClientId = ClientId, ClientSecret = ClientSecret, RefreshToken = refreshToken, Scope = Scope };

    /// <summary>The fields of a request for a token.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToForm()
    {
        yield return new("grant_type", RefreshToken is null ? "client_credentials" : "refresh_token");
        yield return new("client_id", ClientId);
        foreach (var (name, value) in new[] { ("client_secret", ClientSecret), ("refresh_token", RefreshToken), ("scope", Scope) })
        {
            if (value is not null)
            {
                yield return new(name, value);
            }
        }
    }
}

/// <summary>The answer of a provider: a token, or the word for why there is none.</summary>
internal sealed class TokenAnswer
{
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }

    /// <summary>In seconds; null: the provider does not say, which happens.</summary>
    [JsonPropertyName("expires_in")]
    public int? ExpiresIn { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(MailboxOAuth))]
[JsonSerializable(typeof(TokenAnswer))]
internal sealed partial class MailboxOAuthJson : JsonSerializerContext;
