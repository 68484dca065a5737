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

    /// <summary>Asks until it is so; ten seconds at the most.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var tries = 0; !await isSo(); tries++)
        {
            Assert.True(tries < 200, "It did not come to pass in ten seconds");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public static StringContent JsonText(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    /// <summary>A request that changes nothing; there is nothing wrong in it but that some of what it names is not there.</summary>
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
        ListFilteredUsers => PostAsync("/v2/users/extensive", new { filter = new { } }, key),
        ListWorkspaces => GetAsync("/v2/workspaces", key),
        ListFolders => GetAsync($"/v2/flows/folders?flowFolderOwnerEmail={RepEmail}", key),
        ListSteps => PostAsync("/v2/flows/steps", new { flowIds = new[] { WireId.Write(Tenant.Flow.Id) } }, key),
        AssignDespiteCoolOff => PostAsync(
            "/v2/flows/prospects/assign/cool-off-override",
            new { flowId = WireId.Write(Tenant.Flow.Id), flowInstanceOwnerEmail = RepEmail, crmProspectsIds = new[] { "nobody" } },
            key),
        UnassignByProspect => PostAsync("/v2/flows/prospects/unassign-flows-by-crm-id", new { crmProspectId = "nobody" }, key),
        BeginBulk => PostAsync(
            "/v2/flows/prospects/bulk-assignments", new { flowId = "1", flowInstanceOwnerEmail = RepEmail, prospects = new[] { new { crmId = "nobody" } } }, key),
        GetBulk => GetAsync("/v2/flows/prospects/bulk-assignments/12345", key),
        ListTasks => PostAsync("/v2/tasks", new { filter = new { userId = WireId.Write(Tenant.User.Id), types = new[] { "FLOW" }, taskAction = new[] { "CALL" }, status = new[] { "OPEN" } } }, key),
        ChangeTask => SendAsync(HttpMethod.Patch, "/v2/tasks/1", JsonText("""{ "userId": "1" }"""), key),
        RegisterCrm => SendAsync(HttpMethod.Put, "/v2/crm/integrations", JsonText("""{ "name": "" }"""), key),
        ListCrm => GetAsync("/v2/crm/integrations", key),
        DeleteCrm => SendAsync(HttpMethod.Delete, "/v2/crm/integrations?integrationId=1&clientRequestId=1", null, key),
        SetCrmSchema => PostTextAsync("/v2/crm/entity-schema?integrationId=1&objectType=LEAD", "[]", key),
        GetCrmSchema => GetAsync("/v2/crm/entity-schema?integrationId=1", key),
        UploadToCrm => SendAsync(HttpMethod.Post, "/v2/crm/entities?integrationId=1&objectType=LEAD&clientRequestId=1", new MultipartFormDataContent(), key),
        GetCrmObjects => SendAsync(HttpMethod.Get, "/v2/crm/entities?integrationId=1&objectType=LEAD", JsonText("[]"), key),
        GetCrmStatus => GetAsync("/v2/crm/request-status?integrationId=1&clientRequestId=1", key),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Say here how it is called"),
    };
}
