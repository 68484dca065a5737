using System.Text;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Tests.Server.Http;

/// <summary>
/// Sends thousands of randomly damaged bodies to the routes that read one: none causes a 500, and a refused body changes nothing. The same seed
/// damages the bodies in the same way, and a failure names the body.
/// </summary>
[Slow]
public sealed class FuzzTests
{
    private const int BodiesPerRoute = 300;
    private const int Seed = 4664;

    [Theory, EveryDatabase]
    public async Task A_broken_body_is_never_a_500_and_changes_nothing_when_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (routes, seeds) = await PrepareAsync(app);
        var key = await app.HasKeyAsync([.. Scopes.All, Scopes.Manage]);
        var random = new Random(Seed);
        var refused = new List<(BodyRoute Route, byte[] Body)>();
        foreach (var route in routes)
        {
            var own = seeds.Where(seed => route.Path.Contains(seed.Of, StringComparison.Ordinal)).Select(seed => seed.Body).DefaultIfEmpty("{}").ToList();
            for (var i = 0; i < BodiesPerRoute; i++)
            {
                // Four of five bodies were made for this route, so that many get past the first check.
                var body = JsonMutation.Of(random.Next(5) > 0 ? own[random.Next(own.Count)] : seeds[random.Next(seeds.Count)].Body, random);
                if (await SendAsync(app, route, body, key) >= 400)
                {
                    refused.Add((route, body));
                }
            }
        }

        Assert.InRange(refused.Count, routes.Count * BodiesPerRoute / 3, routes.Count * BodiesPerRoute * 19 / 20); // Some pass, some are refused.
        await JobsAreDoneAsync(app);

        // Sends the refused bodies again, now without accepted ones in between.
        var before = await app.Db.DumpAsync();
        foreach (var (route, body) in refused)
        {
            Assert.True(await SendAsync(app, route, body, key) >= 400);
        }

        Assert.Equal(before, await app.Db.DumpAsync());
        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static async Task<int> SendAsync(TestApp app, BodyRoute route, byte[] body, ApiKeyCredentials key)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        var reply = await app.SendAsync(route.Method, route.Path, content, key);
        Assert.True((int)reply.Status < 500, $"{route} {reply.Body} for {Encoding.UTF8.GetString(body)}");
        return (int)reply.Status;
    }

    private static async Task<(List<BodyRoute> Routes, List<(string Of, string Body)> Seeds)> PrepareAsync(TestApp app)
    {
        var ids = string.Join(',', (await app.HasInstancesAsync(20)).Select(id => $"\"{id}\""));
        var crmIds = string.Join(',', (await app.HasProspectsAsync(20, "q")).Select(prospect => $"\"{prospect.CrmId}\""));
        var integration = await app.SendAsync(HttpMethod.Put, "/v2/crm/integrations", new StringContent("""{"name":"n","ownerEmail":"rep@example.com"}""", Encoding.UTF8, "application/json"));
        var query = $"?integrationId={integration.Json["integrationId"]}&objectType=CONTACT";
        var routes = BodyRoute.All(app).Select(route => route with { Path = route.Path.Replace("{taskId}", "1", StringComparison.Ordinal).Replace("{id}", WireId.Write(route.Path.Contains("users", StringComparison.Ordinal) ? app.Tenant.User.Id : app.Tenant.Flow.Id), StringComparison.Ordinal) + (route.Path.StartsWith("/v2/crm", StringComparison.Ordinal) ? query : "") });
        return (routes.ToList(),
        [
            ("prospects", """{"crmProspectsIds":["p1","p2",3]}"""),
            ("prospects", $$"""{"flowInstanceIds":[{{ids}}],"unassignedByUserEmail":"rep@example.com"}"""),
            ("by-crm-id", $$"""{"crmProspectId":"p4","flowId":"{{app.Tenant.Flow.Id}}","unassignedByUserEmail":null}"""),
            ("/assign", $$"""{"crmProspectsIds":[{{crmIds}}],"flowId":"{{app.Tenant.Flow.Id}}","flowInstanceOwnerEmail":"rep@example.com","flowInstanceDescription":"<b>","overrides":{"steps":[{"number":1,"subject":"s","body":"b"}],"flowInstanceVariables":[{"name":"n","value":"v"}],"coolOffOverride":true} }"""),
            ("bulk", $$"""{"prospects":[{"crmId":"q1"},{"firstName":"A","lastName":"B","email":"a@b","jobTitle":"t","linkedInUrl":"u","accountCrmId":"c","companyName":"n"}],"flowId":"{{app.Tenant.Flow.Id}}","flowInstanceOwnerEmail":"rep@example.com"}"""),
            ("steps", $$"""{"flowIds":["{{app.Tenant.Flow.Id}}"],"cursor":"x"}"""),
            ("extensive", $$"""{"filter":{"createdFromDateTime":"2019-01-20T00:00:00-08:00","createdToDateTime":"2030-01-01T00:00:00Z","userIds":["{{app.Tenant.User.Id}}"]},"cursor":null}"""),
            ("tasks", $$"""{"filter":{"userId":"{{app.Tenant.User.Id}}","types":["FLOW","MANUAL"],"taskAction":["CALL"],"status":["OPEN","DONE"],"workspaceId":"1"} }"""),
            ("tasks/", $$"""{"userId":{{app.Tenant.User.Id}},"status":"DONE","dueDate":"2026-03-02T09:00:00Z","priority":"high"}"""),
            ("integrations", """{"name":"n","ownerEmail":"rep@example.com"}"""),
            ("schema", """[{"uniqueName":"a","label":"A","type":"STRING","lastModified":"2026-03-02T09:00:00Z","isDeleted":false,"referenceTo":"ACCOUNT","orderedValueList":["x"]}]"""),
            ("entities", """["a","b"]"""),
            ("v1/flows", """{"name":"n","owner":"rep@example.com","window":{"from":"09:00","days":["Mon"]},"steps":[{"key":"a","action":"CALL","wait":{"days":1}},{"action":"AUTO_SEND_EMAIL","subject":"s","body":"b"}]}"""),
            ("v1/folders", """{"name":"n","owner":"rep@example.com","visibility":"Company"}"""),
            ("v1/rulesets", """{"name":"n","onReply":"stop","ignoresCoolOff":true}"""),
            ("v1/users", """{"email":"new@example.com","firstName":"n","emailAliases":["a@b"]}"""),
            ("v1/company", """{"timeZone":"Europe/Berlin","coolOffDays":3,"toDoExpiryDays":30}"""),
            ("v1/apply", """{"documents":[{"kind":"ruleset","name":"a"},{"kind":"folder","name":"b","owner":"rep@example.com"},{"kind":"flow","name":"c","owner":"rep@example.com","steps":[{"key":"k","action":"CALL"}]}]}"""),
        ]);
    }

    /// <summary>Waits for the background jobs that accepted bodies started.</summary>
    private static Task JobsAreDoneAsync(TestApp app) => Eventually.UntilAsync(async () =>
        (await app.Db.QueryAsync($"select count(*) from bulk_jobs where status in ('PENDING', 'IN_PROGRESS')", row => row.GetInt64(0), CancellationToken.None)).Single() == 0);
}
