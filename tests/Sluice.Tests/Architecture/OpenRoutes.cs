namespace Sluice.Tests.Architecture;

/// <summary>A route that anybody may call, without credentials.</summary>
/// <param name="Route">Verb and path, as it is mapped.</param>
/// <param name="IsOfServe">Whether only <c>sluice serve</c> has it: in <c>sluice dev</c> on this machine nobody signs in.</param>
internal sealed record OpenToAll(string Route, string Reason, bool IsOfServe = false);

internal static class OpenRoutes
{
    public static readonly OpenToAll[] All =
    [
        new("GET /health", "Asked by load balancers, which have no key; says only that the process answers"),
        new("GET /ready", "Asked by load balancers, which have no key; says only whether the database answers"),
        new("GET /unsubscribe/{token}", "A link in a mail: its token is the permission"),
        new("POST /unsubscribe/{token}", "A link in a mail: its token is the permission"),
        new("GET /oauth2/authorize", "The consent page: who is not signed in comes here; in serve it asks for a key"),
        new("POST /oauth2/authorize", "The form of the consent page"),
        new("POST /oauth2/generate-customer-token", "Checks the credentials of the OAuth client itself"),
        new("GET /", "Leads a browser to the description of the API, which is public"),
        new("GET /openapi/sluice.json", "The description of the API, which is public"),
        new("GET /openapi/events.json", "The schemas of events, which are public as the description of the API is"),
        new("GET /openapi/v2.json", "The description of the API, which is public"),
        new("GET /llms.txt", "The description of the API, which is public"),
        new("GET /docs", "The description of the API, which is public"),
        new("GET /docs/{operation}.md", "The description of the API, which is public"),
        new("GET /console/assets/style", "How the pages look, which the page of the sign-in needs; says nothing of anybody"),
        new("GET /console/assets/script", "How the pages work, which the page of the sign-in needs; says nothing of anybody"),
        new("GET /console/assets/icon", "The picture of the pages; says nothing of anybody"),
        new("GET /console/sign-in", "Where people sign in", IsOfServe: true),
        new("POST /console/sign-in", "Checks the password; wrong ones are counted", IsOfServe: true),
        new("POST /console/sign-in/code", "Checks the code of the second factor; wrong ones are counted", IsOfServe: true),
        new("GET /console/sign-in/oidc", "Leads to the provider of the sign-in", IsOfServe: true),
        new("GET /console/sign-in/oidc/callback", "The answer of the provider: its code and its token are the permission", IsOfServe: true),
        new("POST /console/sign-in/held", "Shows a form that waited for the sign-in to whoever is signed in", IsOfServe: true),
        new("GET /console/invitation", "A link for a person who has no password yet: its token is the permission", IsOfServe: true),
        new("POST /console/invitation", "The form of that page, with the same token", IsOfServe: true),
    ];
}
