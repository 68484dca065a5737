namespace Sluice.Tests.Architecture;

/// <summary>A route that anybody may call, without credentials.</summary>
/// <param name="Route">Verb and path, as it is mapped.</param>
internal sealed record OpenToAll(string Route, string Reason);

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
    ];
}
