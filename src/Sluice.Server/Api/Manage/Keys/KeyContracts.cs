using System.Text.Json.Serialization;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Keys;

internal sealed record KeysAnswer(string RequestId, IReadOnlyList<KeyItem> Keys);

internal sealed record KeyRevoked(string RequestId, KeyItem Key);

/// <param name="AccessKeySecret">Shown once, as is the token: the database stores their hashes.</param>
internal sealed record KeyMade(string RequestId, KeyItem Key, string AccessKeySecret, string BearerToken);

/// <summary>An API key without its secrets.</summary>
/// <param name="State"><c>live</c>, <c>expired</c>, <c>revoked</c> or <c>dev only</c>.</param>
/// <param name="Networks">Empty: anywhere.</param>
internal sealed record KeyItem(
    string Id, string Name, string AccessKey, string State, IReadOnlyList<string> Scopes, IReadOnlyList<string> Networks, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    public static KeyItem From(ApiKey key, DateTimeOffset now) =>
        new(WireId.Write(key.Id), key.Name, key.AccessKey, key.StateAt(now), key.Scopes, key.Networks, key.CreatedAt, key.ExpiresAt, key.RevokedAt);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeysAnswer))]
[JsonSerializable(typeof(KeyMade))]
[JsonSerializable(typeof(KeyRevoked))]
internal sealed partial class KeyJson : JsonSerializerContext;
