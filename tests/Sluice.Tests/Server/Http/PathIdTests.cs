using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary>What is no id is a 400 on every route of <c>/sluice/v1</c>, and an id of nothing is a 404, also on the routes that are added later.</summary>
public sealed class PathIdTests
{
    private static readonly string[] Malformed = ["abc", "1.5", "1e3", "0x1", "-", "99999999999999999999", "1234361284629356x", "%20"];

    [Theory, EveryDatabase]
    public async Task A_path_with_a_malformed_id_is_a_bad_request_on_every_route(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        var key = await app.HasManageKeyAsync();
        var before = await app.Db.DumpAsync(except: "quota_days");
        var routes = app.MappedControls().Where(route => route.Contains("/{", StringComparison.Ordinal) && !route.Contains("{crmId}", StringComparison.Ordinal)).ToList();
        Assert.Contains("GET /sluice/v1/flow-instances/{id}/explain", routes);

        foreach (var route in routes)
        {
            foreach (var id in Malformed)
            {
                var reply = await SendAsync(app, route, id, key);
                var name = route[(route.IndexOf('{', StringComparison.Ordinal) + 1)..route.IndexOf('}', StringComparison.Ordinal)];
                Assert.Equal(
                    (route, BadRequest, $"{name}: should be an id, which is a whole number of at most 19 digits, not {Uri.UnescapeDataString(id)}"),
                    (route, reply.Status, (string?)reply.Json["errors"]![0]));
            }
        }

        Assert.Equal(before, await app.Db.DumpAsync(except: "quota_days"));
    }

    [Theory, EveryDatabase]
    public async Task All_faults_of_the_path_and_the_query_are_told_at_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        (await app.SendAsync(HttpMethod.Post, "/sluice/v1/flow-instances/abc/skip?step=1", key: await app.HasManageKeyAsync())).ShouldRefuse(
            BadRequest, "unknown parameter `step`; known parameters: stepId", "id: should be an id, which is a whole number of at most 19 digits, not abc");
    }

    /// <summary>A CRM makes its own ids, so no text is malformed; some can only be of nobody.</summary>
    [Theory, EveryDatabase]
    public async Task A_CRM_id_is_never_malformed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var key = await app.HasManageKeyAsync();

        foreach (var id in Malformed.Append(new string('a', 129)))
        {
            (await SendAsync(app, "PATCH /sluice/v1/prospects/{crmId}", id, key, """{"optedOut":true}""")).ShouldRefuse(NotFound, "Prospect not found");
        }
    }

    /// <summary>[rec] [rep]: each of these says it in its own way.</summary>
    [Theory, EveryDatabase]
    public async Task The_imitated_API_keeps_its_own_answers(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        (await app.GetAsync("/v2/users/abc")).ShouldRefuse(BadRequest, "id should be a valid Long");
        (await app.SendAsync(HttpMethod.Patch, "/v2/tasks/abc", new StringContent("""{"userId":"1"}""", System.Text.Encoding.UTF8, "application/json"))).ShouldRefuse(BadRequest, "taskId should be a valid Long");
        (await app.GetAsync("/v2/flows/prospects/bulk-assignments/abc")).ShouldRefuse(NotFound, "Flow prospects bulk assignment abc not found");
    }

    private static async Task<Reply> SendAsync(TestApp app, string route, string id, Sluice.Engine.Companies.ApiKeyCredentials key, string body = "{}")
    {
        var parts = route.Split(' ');
        var path = string.Join('/', parts[1].Split('/').Select(part => part.StartsWith('{') ? id : part));
        return await app.SendAsync(new HttpMethod(parts[0]), path, parts[0] == "GET" ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json"), key);
    }
}
