using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Server.Http;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Support;

/// <remarks>For what must hold of every operation, also of one that is mapped tomorrow.</remarks>
internal sealed partial class TestApp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private IEnumerable<(string Operation, RouteEndpoint Route)> Mapped => MappedUnder("/v2");

    private IEnumerable<(string Operation, RouteEndpoint Route)> MappedUnder(string prefix) =>
        from route in Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let path = '/' + route.RoutePattern.RawText!.Trim('/')
        where path.StartsWith(prefix, StringComparison.Ordinal)
        from method in route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select ($"{method} {path}", route);

    /// <summary>Everything mapped under <c>/v2</c>, as <see cref="Operations"/> writes it.</summary>
    public IReadOnlyList<string> MappedOperations() => [.. Mapped.Select(one => one.Operation).Order(StringComparer.Ordinal)];

    /// <summary>Everything mapped under <c>/sluice/v1</c>.</summary>
    public IReadOnlyList<string> MappedControls() => [.. MappedUnder("/sluice/v1").Select(one => one.Operation).Order(StringComparer.Ordinal)];

    public string ScopeOf(string operation) => Mapped.Single(one => one.Operation == operation).Route.Metadata.GetRequiredMetadata<Operation>().Scope;

    /// <summary>A request that is good enough to come to the operation itself; what it names need not be there.</summary>
    public Task<Reply> CallAsync(string operation, KeyWords? key = null) => operation switch
    {
        ListFlows => GetAsync($"/v2/flows?flowOwnerEmail={RepEmail}", key),
        ListFolders => GetAsync($"/v2/flows/folders?flowFolderOwnerEmail={RepEmail}", key),
        DeleteIntegration => SendAsync(HttpMethod.Delete, "/v2/crm/integrations?integrationId=1&clientRequestId=a", key: key),
        GetSchema => GetAsync("/v2/crm/entity-schema?integrationId=1", key),
        SetSchema => SendAsync(HttpMethod.Post, "/v2/crm/entity-schema?integrationId=1&objectType=LEAD", Json("[]"), key),
        GetObjects => SendAsync(HttpMethod.Get, "/v2/crm/entities?integrationId=1&objectType=LEAD", Json("[]"), key),
        UploadObjects => UploadAsync("?integrationId=1&objectType=LEAD&clientRequestId=a", "", key),
        GetUploadStatus => GetAsync("/v2/crm/request-status?integrationId=1&clientRequestId=a", key),
        _ => SendAsync(new HttpMethod(operation.Split(' ')[0]), PathOf(operation), BodyOf(operation) is { } body ? Json(body) : null, key),
    };

    /// <param name="query">With its question mark.</param>
    /// <param name="lines">A JSON object a line.</param>
    /// <param name="key">The tenant's when not given.</param>
    public Task<Reply> UploadAsync(string query, string lines, KeyWords? key = null) =>
        SendAsync(HttpMethod.Post, $"/v2/crm/entities{query}", new MultipartFormDataContent { { new StringContent(lines), "dataFile", "objects.json" } }, key);

    /// <summary>For work that is done in the background: asks again until it is done.</summary>
    public static async Task<Reply> EventuallyAsync(Func<Task<Reply>> ask, Func<Reply, bool> isDone)
    {
        for (var start = TimeProvider.System.GetTimestamp(); ;)
        {
            var reply = await ask();
            if (isDone(reply))
            {
                return reply;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"It has not come to an end: {reply.Text}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>With 1 for whatever the path names.</summary>
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
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Say here how it is called"),
        };
    }
}
