using Sluice.Engine.Companies;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.OAuthApps;

/// <summary>The OpenAPI texts of OAuth applications.</summary>
internal static class OAuthAppDescription
{
    public static readonly OperationDescription List = new("listOAuthApps", ManagedParts.People, "List OAuth applications", "Lists the applications that may ask the company for access.")
    {
        Answer = OAuthAppJson.Default.OAuthAppsAnswer,
    };

    public static readonly OperationDescription Add = new(
        "addOAuthApp", ManagedParts.People, "Add an OAuth application", "Registers an application. Its client secret is in this answer and nowhere else: the server keeps only its hash.")
    {
        Body = Schema.Object(
            "The new application.",
            Required("name", Schema.Text("The name, which the consent page shows.", "My app")),
            Required("redirectUris", Schema.List("Where the browser may return to. Compared letter by letter.", Schema.Text("A URL.", "https://app.example/callback"), min: 1)),
            Optional("scopes", Schema.List("What the application may ask for. Default: all scopes of /v2.", Schema.Enum("A scope.", Scopes.All).Named("Scope")))),
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Answer = OAuthAppJson.Default.OAuthAppAnswer,
    };

    public static readonly OperationDescription Remove = new(
        "removeOAuthApp", ManagedParts.People, "Remove an OAuth application", "Removes an application. All its tokens end.")
    {
        Path = [ManagedParts.Id("The application's id.")],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = OAuthAppJson.Default.OAuthAppRemoved,
    };
}
