using Sluice.Engine.Companies;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Keys;

/// <summary>The OpenAPI texts of API keys.</summary>
internal static class KeyDescription
{
    public static readonly OperationDescription List = new("listKeys", ManagedParts.People, "List API keys", $"Lists the newest {ApiKey.MaxOfCompany} API keys of the company, also those that are revoked. Secrets are never answered.")
    {
        Answer = KeyJson.Default.KeysAnswer,
    };

    public static readonly OperationDescription Add = new(
        "addKey", ManagedParts.People, "Make an API key",
        $"Makes an API key. The answer shows its secret and its token, once. A company has at most {ApiKey.MaxOfCompany} keys that are not revoked.")
    {
        Body = Schema.Object(
            "The key.",
            Required("name", Schema.Text("A name that says what the key is for.", "nightly import")),
            Required("scopes", Schema.List($"What the key may do. `{Scopes.Manage}` allows all of /sluice/v1, and so also to make further keys.", Schema.Enum("A scope.", Scopes.Known).Named("Scope"))),
            Optional("networks", Schema.List("Networks in CIDR notation from which the key works. Default: anywhere.", Schema.Text("A network.", "10.1.0.0/16"))),
            Optional("expiresAt", Schema.Time("When the key expires. Default: never.", "2027-12-31T00:00:00Z"))),
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Answer = KeyJson.Default.KeyMade,
    };

    public static readonly OperationDescription Revoke = new("revokeKey", ManagedParts.People, "Revoke an API key", "Revokes a key for good. Running servers refuse it within a second.")
    {
        Path = [ManagedParts.Id("The key's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = KeyJson.Default.KeyRevoked,
    };
}
