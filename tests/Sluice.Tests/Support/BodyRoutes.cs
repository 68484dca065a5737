using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Http;

namespace Sluice.Tests.Support;

internal static class BodyRoutes
{
    /// <summary>Every route that reads a JSON body by POST, as the server itself lists them: a new one is tested from its first day.</summary>
    public static IReadOnlyList<string> Of(TestApp app)
    {
        string[] routes =
        [
            .. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Where(route => route.Metadata.GetMetadata<Operation>() is { Body: BodyKind.JsonObject })
                .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Contains("POST"))
                .Select(route => route.RoutePattern.RawText!.TrimEnd('/')),
        ];
        Assert.Contains("/v2/flows/prospects", routes);
        return routes;
    }
}
