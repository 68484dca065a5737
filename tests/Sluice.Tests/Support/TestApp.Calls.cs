using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Companies;
using Sluice.Http;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Support;

/// <remarks>For what must hold of every operation, also of one that is mapped tomorrow.</remarks>
internal sealed partial class TestApp
{
    /// <summary>Everything mapped under <c>/v2</c>, as <see cref="Operations"/> writes it.</summary>
    public IReadOnlyList<string> MappedOperations() =>
    [
        .. Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/v2", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(method => $"{method} /{route.RoutePattern.RawText!.Trim('/')}"))
            .Order(StringComparer.Ordinal),
    ];

    public string ScopeOf(string operation) => Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>()
        .Single(route => operation == $"{route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0]} /{route.RoutePattern.RawText!.Trim('/')}")
        .Metadata.GetRequiredMetadata<Operation>().Scope;

    /// <summary>A request with nothing wrong in it, that changes nothing.</summary>
    public Task<Reply> CallAsync(string operation, KeyWords? key = null) => operation switch
    {
        ListFlows => GetAsync($"/v2/flows?flowOwnerEmail={RepEmail}", key),
        ListAssignedFlows => PostAsync("/v2/flows/prospects", new { crmProspectsIds = new[] { "nobody" } }, key),
        Assign => PostAsync(
            "/v2/flows/prospects/assign", new { flowId = WireId.Write(Tenant.Flow.Id), flowInstanceOwnerEmail = RepEmail, crmProspectsIds = new[] { "nobody" } }, key),
        Unassign => PostAsync(
            "/v2/flows/prospects/unassign-flows-by-instance-id", new { flowInstanceIds = new[] { WireId.Write(Tenant.Flow.Id) } }, key),
        ListUsers => GetAsync("/v2/users", key),
        GetUser => GetAsync($"/v2/users/{Tenant.User.Id}", key),
        ListWorkspaces => GetAsync("/v2/workspaces", key),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Say here how it is called"),
    };
}
