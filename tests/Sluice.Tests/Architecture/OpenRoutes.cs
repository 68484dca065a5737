namespace Sluice.Tests.Architecture;

/// <summary>A route that anybody may call, without credentials.</summary>
/// <param name="Route">Verb and path, as it is mapped.</param>
/// <param name="OnlyInDev">In <c>serve</c> it is not mapped, or needs a key.</param>
internal sealed record OpenToAll(string Route, string Reason, bool OnlyInDev = false);

internal static class OpenRoutes
{
    /// <summary>The name of the metadata with which a route says that it is open. While no such type exists, the list alone counts.</summary>
    public const string Metadata = "OpenRoute";

    public static readonly OpenToAll[] All =
    [
        new("GET /health", "Asked by load balancers, which have no key; says only that the process answers"),
        new("GET /ready", "Asked by load balancers, which have no key; says only whether the database answers"),
        new("GET /unsubscribe/{token}", "A link in a mail: its token is the permission"),
        new("POST /unsubscribe/{token}", "A link in a mail: its token is the permission"),
        new("GET /openapi/v2.json", "The description of the API, which is public"),
        new("GET /llms.txt", "The description of the API, which is public"),
        new("GET /docs", "The description of the API, which is public"),
        new("GET /docs/{operation}.md", "The description of the API, which is public"),
        new("GET /sluice/v1/requests", "On a loopback address only: shows what this machine's own client has sent", OnlyInDev: true),
    ];
}
