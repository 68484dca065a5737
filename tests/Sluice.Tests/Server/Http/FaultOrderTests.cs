using System.Net;
using System.Text;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Http;

public sealed class FaultOrderTests
{
    private const string Url = "/v2/flows/prospects/assign";

    [Theory, EveryProfile]
    [Wire(All, "rec", "Order of the checks: credentials, limits, path, HTTP method, scope, content type, size, JSON, the operation's own", Refusal = true)]
    [Wire(All, "inf", "A body over 1 MiB", Refusal = true)]
    [Wire(All, "rec", "A body that is not JSON, or not a JSON object", Refusal = true)]
    public async Task Of_several_faults_the_first_is_reported(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var tenant = await app.HasTenantAsync(limits: new CompanyLimits(1, 0));
        var (key, without) = (tenant.Key, await app.HasKeyAsync(["api:flows:read"], of: tenant));
        var large = new string('x', 1024 * 1024 + 1);

        // The first request has every fault, and each later one has one fault less. Each is refused for the first fault that it has.
        var stranger = await app.SendAsync(HttpMethod.Put, "/v2/nothing", Text(large), Credential.Basic(without.AccessKey, "wrong"));
        await SendAsync(HttpMethod.Put, "/v2/nothing", Text(large), without);
        var overLimit = await app.SendAsync(HttpMethod.Put, "/v2/nothing", Text(large), without);
        var unknownPath = await SendAsync(HttpMethod.Put, "/v2/nothing", Text(large), without);
        var wrongVerb = await SendAsync(HttpMethod.Put, Url, Text(large), without);
        var noScope = await SendAsync(HttpMethod.Post, Url, Text(large), without);
        var notSaidToBeJson = await SendAsync(HttpMethod.Post, Url, Text(large), key);
        var tooLarge = await SendAsync(HttpMethod.Post, Url, Json(large), key);
        var notJson = await SendAsync(HttpMethod.Post, Url, Json("{"), key);
        var noObject = await SendAsync(HttpMethod.Post, Url, Json("[]"), key);
        var ownFaults = await SendAsync(HttpMethod.Post, Url, Json("""{"flowId":"1","flowInstanceOwnerEmail":"nobody@example.com"}"""), key);
        var unknownFlow = await SendAsync(
            HttpMethod.Post, Url, Json("""{"flowId":"1","flowInstanceOwnerEmail":"nobody@example.com","crmProspectsIds":["nobody"]}"""), key);

        stranger.ShouldRefuse(Unauthorized, "Validate credentials failed. Please check your credentials and try again.");
        overLimit.ShouldRefuse(TooManyRequests, "API request limit exceeded");
        unknownPath.ShouldRefuse(NotFound, "Not Found");
        wrongVerb.ShouldRefuse(MethodNotAllowed, "Method Not Allowed");
        noScope.ShouldRefuse(profile == Profile.Observed.Name ? Unauthorized : Forbidden, "You don't have permission to use 'api:flows:write' in your app.");
        notSaidToBeJson.ShouldRefuse(UnsupportedMediaType, "Unsupported Media Type");
        tooLarge.ShouldRefuse(RequestEntityTooLarge, "Request body is too large");
        notJson.ShouldRefuse(BadRequest, "Bad request");
        noObject.ShouldRefuse(BadRequest, "Bad request");
        ownFaults.ShouldRefuse(BadRequest, "crmProspectsIds is empty");
        unknownFlow.ShouldRefuse(NotFound, "Flow not found");

        Task<Reply> SendAsync(HttpMethod method, string url, HttpContent content, ApiKeyCredentials by)
        {
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            return app.SendAsync(method, url, content, by);
        }
    }

    [Theory, EveryDatabase]
    [Wire(All, "doc", "documented: every status is one that the operation's page lists")]
    public async Task In_the_documented_profile_an_operation_answers_only_statuses_that_its_page_lists(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { KeepInMemory = false });
        var tenant = await app.HasTenantAsync(limits: new CompanyLimits(1, 0));
        var (scopeless, outside) = (await app.HasKeyAsync([]), await app.HasKeyAsync(networks: ["10.0.0.0/8"]));
        (string Operation, HttpStatusCode[] Listed)[] pages =
        [
            (ListAssignedFlows, [OK, BadRequest, Unauthorized, Forbidden, TooManyRequests, InternalServerError]),
            (Unassign, [OK, BadRequest, Unauthorized, TooManyRequests, InternalServerError]),
            (ListFlows, [OK, BadRequest, Unauthorized, Forbidden, TooManyRequests, InternalServerError]),
            (Assign, [OK, BadRequest, Unauthorized, Forbidden, NotFound, TooManyRequests, InternalServerError]),
        ];

        var got = new List<(string Operation, HttpStatusCode Status)>();
        foreach (var (operation, _) in pages)
        {
            var replies = (List<Reply>)[.. await Task.WhenAll(Requests(operation).Select(send => send(app)))];
            replies.Add(await app.CallAsync(operation));
            replies.Add(await app.CallAsync(operation, scopeless));
            replies.Add(await app.CallAsync(operation, outside));
            await app.CallAsync(operation, tenant.Key);
            replies.Add(await app.CallAsync(operation, tenant.Key));
            got.AddRange(replies.Select(reply => (operation, reply.Status)));
        }

        await app.Db.ExecuteAsync($"drop table flow_instances", CancellationToken.None);
        await app.Db.ExecuteAsync($"drop table flows", CancellationToken.None);
        foreach (var (operation, _) in pages)
        {
            got.Add((operation, (await app.CallAsync(operation)).Status));
        }

        // The calls got every status that a page lists, and no other.
        foreach (var (operation, listed) in pages)
        {
            Assert.Equal(
                (operation, string.Join(' ', listed.Select(status => (int)status).Order())),
                (operation, string.Join(' ', got.Where(one => one.Operation == operation).Select(one => (int)one.Status).Distinct().Order())));
        }
    }

    private static IEnumerable<Func<TestApp, Task<Reply>>> Requests(string operation)
    {
        yield return app => app.SendAsync(new HttpMethod(operation.Split(' ')[0]), operation.Split(' ')[1], null, credential: null);
        if (operation == ListFlows)
        {
            foreach (var query in (string[])["", "?flowOwnerEmail=x", "?flowOwnerEmail=nobody@example.com", $"?flowOwnerEmail={TestApp.RepEmail}&cursor=x", "?workspaceId=99999999999999999999"])
            {
                yield return app => app.GetAsync($"/v2/flows{query}");
            }

            yield break;
        }

        foreach (var body in (string[])[
            "", "{", "[]", "{}", """{"flowInstanceIds":"1","crmProspectsIds":{},"flowId":{}}""", """{"flowInstanceIds":["1"],"crmProspectsIds":["1"]}""",
            """{"flowInstanceIds":["1"],"unassignedByUserEmail":"x"}""", """{"flowInstanceIds":["1"],"unassignedByUserEmail":"nobody@example.com"}""",
            """{"flowId":"1","flowInstanceOwnerEmail":"nobody@example.com","crmProspectsIds":["1"]}"""])
        {
            yield return app => app.PostTextAsync(operation.Split(' ')[1], body);
        }

        yield return app => app.PostAsync(
            operation.Split(' ')[1],
            new { flowId = WireId.Write(app.Tenant.Flow.Id), flowInstanceOwnerEmail = "nobody@example.com", crmProspectsIds = new[] { "1" } });
    }

    private static StringContent Text(string text) => new(text, Encoding.UTF8, "text/plain");

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
