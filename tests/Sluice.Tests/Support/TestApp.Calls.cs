using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Server.Http;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Support;

/// <remarks>Calls any mapped operation, for tests of rules that every operation must follow, including operations added later.</remarks>
internal sealed partial class TestApp
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private IEnumerable<(string Operation, RouteEndpoint Route)> Mapped => MappedUnder("/v2");

    private IEnumerable<(string Operation, RouteEndpoint Route)> MappedUnder(string prefix) =>
        from route in Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let path = '/' + route.RoutePattern.RawText!.Trim('/')
        where path.StartsWith(prefix, StringComparison.Ordinal)
        from method in route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select ($"{method} {path}", route);

    /// <summary>Everything that is mapped, in the format of <see cref="Operations"/>.</summary>
    public IReadOnlyList<string> MappedRoutes() => [.. MappedUnder("/").Select(one => one.Operation).Order(StringComparer.Ordinal)];

    /// <summary>All operations mapped under <c>/v2</c>, in the format of <see cref="Operations"/>.</summary>
    public IReadOnlyList<string> MappedOperations() => [.. Mapped.Select(one => one.Operation).Order(StringComparer.Ordinal)];

    /// <summary>All operations mapped under <c>/sluice/v1</c>.</summary>
    public IReadOnlyList<string> MappedControls() => [.. MappedUnder("/sluice/v1").Select(one => one.Operation).Order(StringComparer.Ordinal)];

    public string ScopeOf(string operation) => Mapped.Single(one => one.Operation == operation).Route.Metadata.GetRequiredMetadata<Operation>().Scope;

    public bool Lists403(string operation) => Mapped.Single(one => one.Operation == operation).Route.Metadata.GetRequiredMetadata<Operation>().Lists403;

    /// <summary>Sends a request that is valid enough to reach the operation itself. The objects that it names need not exist.</summary>
    public Task<Reply> CallAsync(string operation, ApiKeyCredentials? key = null) => operation switch
    {
        ListFlows => GetAsync($"/v2/flows?flowOwnerEmail={RepEmail}", key),
        ListFolders => GetAsync($"/v2/flows/folders?flowFolderOwnerEmail={RepEmail}", key),
        DeleteIntegration => SendAsync(HttpMethod.Delete, "/v2/crm/integrations?integrationId=1&clientRequestId=a", key: key),
        GetSchema => GetAsync("/v2/crm/entity-schema?integrationId=1", key),
        SetSchema => SendAsync(HttpMethod.Post, "/v2/crm/entity-schema?integrationId=1&objectType=LEAD", Json("[]"), key),
        GetObjects => SendAsync(HttpMethod.Get, "/v2/crm/entities?integrationId=1&objectType=LEAD", Json("[]"), key),
        UploadObjects => UploadAsync("?integrationId=1&objectType=LEAD&clientRequestId=a", "", key),
        GetUploadStatus => GetAsync("/v2/crm/request-status?integrationId=1&clientRequestId=a", key),
        FindByEmail or EraseByEmail => SendAsync(new HttpMethod(operation.Split(' ')[0]), $"{PathOf(operation)}?emailAddress=nobody@example.com", key: key),
        FindByPhone or EraseByPhone => SendAsync(new HttpMethod(operation.Split(' ')[0]), $"{PathOf(operation)}?phoneNumber=%2B15550199", key: key),
        _ => SendAsync(new HttpMethod(operation.Split(' ')[0]), PathOf(operation), BodyOf(operation) is { } body ? Json(body) : null, key),
    };

    /// <param name="query">With the leading question mark.</param>
    /// <param name="lines">One JSON object per line.</param>
    /// <param name="key">Null means the tenant's key.</param>
    public Task<Reply> UploadAsync(string query, string lines, ApiKeyCredentials? key = null) =>
        SendAsync(HttpMethod.Post, $"/v2/crm/entities{query}", new MultipartFormDataContent { { new StringContent(lines), "dataFile", "objects.json" } }, key);

    /// <summary>Repeats a request until background work is done.</summary>
    public static async Task<Reply> EventuallyAsync(Func<Task<Reply>> ask, Func<Reply, bool> isDone)
    {
        for (var start = TimeProvider.System.GetTimestamp(); ;)
        {
            var reply = await ask();
            if (isDone(reply))
            {
                return reply;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(start) < Timeout, $"Not done after {Timeout.TotalSeconds} s: {reply.Text}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>The path of an operation, with 1 for each parameter.</summary>
    public static string PathOf(string operation) => string.Join('/', operation.Split(' ')[1].Split('/').Select(part => part.StartsWith('{') ? "1" : part));

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private string? BodyOf(string operation)
    {
        var assignment = $"\"flowId\":\"{Tenant.Flow.Id}\",\"flowInstanceOwnerEmail\":\"{RepEmail}\"";
        return operation switch
        {
            ListSteps => """{"flowIds":["1"]}""",
            ListAssignedFlows => """{"crmProspectsIds":["nobody"]}""",
            Assign or AssignDespiteCoolOff => $$"""{{{assignment}},"crmProspectsIds":["nobody"]}""",
            Unassign => """{"flowInstanceIds":["1"]}""",
            UnassignByProspect => """{"crmProspectId":"nobody"}""",
            BeginBulk => $$"""{{{assignment}},"prospects":[{"crmId":"nobody"}]}""",
            ListTasks => """{"filter":{"userId":"1","types":["FLOW"],"taskAction":["CALL"],"status":["OPEN"]}}""",
            ChangeTask => """{"userId":"1"}""",
            FilterUsers => "{}",
            RegisterIntegration => $$"""{"name":"Own","ownerEmail":"{{RepEmail}}"}""",
            GetBulk or GetUser or ListUsers or ListWorkspaces or ListIntegrations => null,
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Add a request for this operation here"),
        };
    }
}
