using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Server.Http;

namespace Sluice.Tests.Support;

/// <param name="Path">As mapped, with parameter names in braces.</param>
internal sealed record BodyRoute(HttpMethod Method, string Path, BodyKind Kind)
{
    /// <summary>Every <c>/v2</c> route that reads JSON, taken from the server's own route table, so that tests cover a new route at once.</summary>
    public static IReadOnlyList<BodyRoute> All(TestApp app)
    {
        BodyRoute[] routes =
        [
            .. from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
               let operation = endpoint.Metadata.GetMetadata<Operation>()
               where operation is not null && operation.Body != BodyKind.None && operation.Scope != Scopes.Manage // The keys of test tenants lack that scope.
               let verb = endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Single()
               select new BodyRoute(HttpMethod.Parse(verb), endpoint.RoutePattern.RawText!.TrimEnd('/'), operation.Body),
        ];
        Assert.Contains(routes, route => route.Path == "/v2/flows/prospects");
        return routes;
    }

    public override string ToString() => $"{Method} {Path}";
}
