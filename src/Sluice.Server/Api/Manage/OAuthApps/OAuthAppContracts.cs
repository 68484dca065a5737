using System.Text.Json.Serialization;
using Sluice.Engine.OAuth;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.OAuthApps;

internal sealed record OAuthAppsAnswer(string RequestId, IReadOnlyList<OAuthAppItem> Apps);

internal sealed record OAuthAppAnswer(string RequestId, OAuthAppItem App);

internal sealed record OAuthAppRemoved(string RequestId, string Deleted);

/// <param name="ClientSecret">Only in the answer that creates the application: the database stores its hash.</param>
internal sealed record OAuthAppItem(
    string Id, string Name, string ClientId, string? ClientSecret, IReadOnlyList<string> RedirectUris, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt)
{
    public static OAuthAppItem From(OAuthApp app, string? secret = null) =>
        new(WireId.Write(app.Id), app.Name, app.ClientId, secret, app.RedirectUris, app.Scopes, app.CreatedAt);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OAuthAppsAnswer))]
[JsonSerializable(typeof(OAuthAppAnswer))]
[JsonSerializable(typeof(OAuthAppRemoved))]
internal sealed partial class OAuthAppJson : JsonSerializerContext;
