using System.Text;
using Sluice.Engine.Crm;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Crm;

public sealed class CrmTests
{
    [Theory, EveryDatabase]
    [Wire(RegisterIntegration, "doc", "The answer is the integration's id, a number")]
    [Wire(ListIntegrations, "doc", "The company's only integration")]
    [Wire(DeleteIntegration, "doc", "201; the company then has no integration and may register another")]
    public async Task An_integration_can_be_registered_listed_and_deleted(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var id = await HasIntegrationAsync(app);

        var listed = await app.GetAsync("/v2/crm/integrations");
        var deleted = await app.SendAsync(HttpMethod.Delete, $"/v2/crm/integrations?integrationId={id}&clientRequestId=del");
        var after = await app.GetAsync("/v2/crm/integrations");

        listed.ShouldBe(OK, $$"""{ "integrations": [{ "integrationId": {{id}}, "name": "Own", "ownerEmail": "{{TestApp.RepEmail}}" }] }""");
        Assert.Equal(Created, deleted.Status);
        after.ShouldBe(OK, """{ "integrations": [] }""");
        Assert.NotEqual(id, await HasIntegrationAsync(app));
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "doc", "201; the objects are imported in the background, and contacts and leads become prospects")]
    [Wire(GetUploadStatus, "doc", "FAILED when a line was bad, with the number of good lines and the errors of the bad ones; DONE only when every line was good")]
    [Wire(GetObjects, "doc", "Objects are read by their ids, which are the body of the GET; null for an id that no object has")]
    public async Task Uploaded_leads_can_be_assigned(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var id = await HasIntegrationAsync(app);

        var reply = await app.UploadAsync(Query(id, "first"), $"{Lead("ada")}\nnot json\n\n{Lead("bob")}\n{Lead("")}\n[1]\n");
        var status = await DoneAsync(app, id, "first");

        Assert.Equal(Created, reply.Status);
        status.ShouldBe(OK, """
            { "status": "FAILED", "errors": [
                { "line": 2, "description": "The line is not a JSON object" },
                { "line": 5, "description": "Mandatory field [objectId] is missing or empty" },
                { "line": 6, "description": "The line is not a JSON object" }],
              "totalErrorCount": 3, "totalSuccessCount": 2 }
            """);
        Assert.Equal(["ada", "bob"], (await app.AssignAsync(app.Tenant.Flow, "ada", "bob")).Each("prospectsAssigned", "crmProspectId"));
        var objects = await app.SendAsync(
            HttpMethod.Get, $"/v2/crm/entities?integrationId={id}&objectType=LEAD", new StringContent("""["ada", "nobody"]""", Encoding.UTF8, "application/json"));
        Assert.Equal("ada@example.com", (string?)objects.Json["crmObjectsMap"]!["ada"]!["emailAddress"]);
        Assert.Equal(["ada", "nobody"], objects.Json["crmObjectsMap"]!.AsObject().Select(one => one.Key));
        Assert.Null(objects.Json["crmObjectsMap"]!["nobody"]);
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "inf", "A late upload does not overwrite newer data; a deleted object is unknown")]
    public async Task A_late_upload_does_not_overwrite_newer_data_and_a_deleted_prospect_is_unknown(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var id = await HasIntegrationAsync(app);
        await app.UploadAsync(Query(id, "a"), Lead("ada", "2026-02-01", name: "New"));
        await DoneAsync(app, id, "a");
        await app.UploadAsync(Query(id, "b"), Lead("ada", "2026-01-01", name: "Old"));
        await DoneAsync(app, id, "b");

        Assert.Equal(["New"], await app.Db.QueryAsync($"select first_name from prospects where crm_id = 'ada'", row => row.GetString(0), CancellationToken.None));
        await app.UploadAsync(Query(id, "late"), """{"objectId":"ada","modifiedDate":"2026-01-15T00:00:00Z","isDeleted":true}""");
        await DoneAsync(app, id, "late");
        Assert.Equal((1, 1), (await app.CountAsync("crm_objects"), await app.CountAsync("prospects where deleted_at is null"))); // A late deletion does not count either.
        await app.UploadAsync(Query(id, "c"), """{"objectId":"ada","modifiedDate":"2026-03-01T00:00:00Z","isDeleted":true}""" + "\n" + """{"objectId":"nobody","modifiedDate":"2026-03-01T00:00:00Z","isDeleted":true}""");
        var status = await DoneAsync(app, id, "c");

        Assert.Equal("2", status.Json["totalSuccessCount"]!.ToString());
        Assert.Equal(["Invalid prospect crm id"], (await app.AssignAsync(app.Tenant.Flow, "ada")).Each("prospectsNotAssigned", "errorMessage"));
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "doc", "A clientRequestId that was used before is refused", Refusal = true)]
    [Wire(UploadObjects, "doc", "All missing parameters are reported at once", Refusal = true)]
    [Wire(UploadObjects, "inf", "A body that ends early leaves nothing: its clientRequestId may be used again", Refusal = true)]
    [Wire(GetUploadStatus, "inf", "An unknown clientRequestId: 400; observed: 404", Refusal = true)]
    [Wire(UploadObjects, "doc", "An unknown integration: 400, because the page lists no 404; observed: 404 [inf]", Refusal = true)]
    public async Task A_faulty_upload_is_refused_and_leaves_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var id = await HasIntegrationAsync(app);
        await app.UploadAsync(Query(id, "used"), Lead("ada"));
        await DoneAsync(app, id, "used");
        var before = await app.Db.DumpAsync();

        (await app.UploadAsync(Query(id, "used"), Lead("bob"))).ShouldRefuse(Conflict, "clientRequestId used was used before");
        (await app.UploadAsync("", "{}")).ShouldRefuse(
            BadRequest, "integrationId parameter is missing", "objectType parameter is missing", "clientRequestId parameter is missing");
        (await app.UploadAsync(Query("17", "x"), "{}")).ShouldRefuse(BadRequest, "Integration not found: integrationId=17");
        (await CutOffAsync(app, id)).ShouldRefuse(BadRequest, "Bad request");
        (await app.GetAsync($"/v2/crm/request-status{Query(id, "cut")}")).ShouldRefuse(BadRequest, "Request cut not found");

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "doc", "If many requests use the same clientRequestId at once, only one is accepted", Refusal = true)]
    public async Task Of_many_concurrent_uploads_with_one_clientRequestId_only_one_is_accepted(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var id = await HasIntegrationAsync(app);

        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => app.UploadAsync(Query(id, "same"), Lead($"lead-{i}"))));
        await DoneAsync(app, id, "same");

        Assert.Single(replies, reply => reply.Status == Created);
        Assert.All(replies.Where(reply => reply.Status != Created), reply => Assert.Equal(Conflict, reply.Status));
        Assert.Equal([1L], await app.Db.QueryAsync($"select count(*) from crm_objects", row => row.GetInt64(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "inf", "A line of more than 1 MB is an error of that line; the other lines count")]
    public async Task A_line_of_ten_megabytes_is_one_bad_line_and_the_others_count(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var id = await HasIntegrationAsync(app);

        await app.UploadAsync(Query(id, "long"), $"{Lead("ada")}\n{{\"a\":\"{new string('x', 10 * 1024 * 1024)}\"}}\n{Lead("bob")}");
        var status = await DoneAsync(app, id, "long");

        status.ShouldBe(OK, """{ "status": "FAILED", "errors": [{ "line": 2, "description": "The line is longer than 1 MB" }], "totalErrorCount": 1, "totalSuccessCount": 2 }""");
    }

    [Theory, EveryDatabase]
    public async Task Many_lines_are_imported_in_batches_and_each_counts_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var id = await HasIntegrationAsync(app);

        await app.UploadAsync(Query(id, "many"), string.Join('\n', Enumerable.Range(0, 5_500).Select(i => i % 10 == 9 ? "x" : Lead($"lead-{i}"))));
        var status = await DoneAsync(app, id, "many");

        Assert.Equal(("FAILED", "550", "4950", 20), ((string?)status.Json["status"], status.Json["totalErrorCount"]!.ToString(), status.Json["totalSuccessCount"]!.ToString(), status.Json["errors"]!.AsArray().Count));
        Assert.Equal([(4950L, 0L)], await app.Db.QueryAsync($"select (select count(*) from prospects), (select count(*) from crm_upload_lines)", row => (row.GetInt64(0), row.GetInt64(1)), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    [Wire(DeleteIntegration, "doc", "The deletion's status is found by its clientRequestId")]
    [Wire(DeleteIntegration, "doc", "An unknown integration: 400, because the page lists no 404; observed: 404 [inf]", Refusal = true)]
    [Wire(DeleteIntegration, "doc", "All missing parameters are reported at once", Refusal = true)]
    [Wire(DeleteIntegration, "doc", "A clientRequestId that was used before is refused", Refusal = true)]
    public async Task A_faulty_deletion_is_refused_and_the_status_of_a_good_one_can_be_read(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var id = await HasIntegrationAsync(app);
        await app.UploadAsync(Query(id, "used"), "");
        await DoneAsync(app, id, "used");

        (await DeleteAsync("")).ShouldRefuse(BadRequest, "integrationId parameter is missing", "clientRequestId parameter is missing");
        (await DeleteAsync("?integrationId=17&clientRequestId=a")).ShouldRefuse(BadRequest, "Integration not found: integrationId=17");
        (await DeleteAsync($"?integrationId={id}&clientRequestId=used")).ShouldRefuse(Conflict, "clientRequestId used was used before");
        Assert.Single((await app.GetAsync("/v2/crm/integrations")).Json["integrations"]!.AsArray());
        Assert.Equal(Created, (await DeleteAsync($"?integrationId={id}&clientRequestId=gone")).Status);
        Assert.Equal("DONE", (string?)(await DoneAsync(app, id, "gone")).Json["status"]);

        Task<Reply> DeleteAsync(string query) => app.SendAsync(HttpMethod.Delete, $"/v2/crm/integrations{query}");
    }

    [Theory, EveryDatabase]
    [Wire(RegisterIntegration, "doc", "The name and the owner's address are required; all missing ones are reported at once", Refusal = true)]
    [Wire(SetSchema, "doc", "An unknown integration: 400, because the page lists no 404; observed: 404 [inf]", Refusal = true)]
    [Wire(SetSchema, "doc", "An unknown objectType", Refusal = true)]
    [Wire(GetSchema, "doc", "An unknown integration: 400, because the page lists no 404; observed: 404 [inf]", Refusal = true)]
    [Wire(GetSchema, "doc", "Without an objectType: the fields of all types")]
    [Wire(GetObjects, "doc", "An unknown objectType", Refusal = true)]
    [Wire(GetUploadStatus, "doc", "All missing parameters are reported at once", Refusal = true)]
    public async Task Missing_and_unknown_values_are_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        (await app.SendAsync(HttpMethod.Put, "/v2/crm/integrations", new StringContent("{}", Encoding.UTF8, "application/json")))
            .ShouldRefuse(BadRequest, "name is empty", "ownerEmail: null is not a valid email address");
        var id = await HasIntegrationAsync(app);
        var schema = "/v2/crm/entity-schema?integrationId=";
        foreach (var type in (string[])["LEAD", "ACCOUNT"])
        {
            await app.PostTextAsync($"{schema}{id}&objectType={type}", """[{"uniqueName":"tier","label":"Tier","type":"STRING"}]""");
        }

        (await app.PostTextAsync($"{schema}17&objectType=LEAD", "[]")).ShouldRefuse(BadRequest, "Integration not found: integrationId=17");
        (await app.PostTextAsync($"{schema}{id}&objectType=PERSON", "[]")).ShouldRefuse(BadRequest, "objectType should be one of ACCOUNT, CONTACT, DEAL, LEAD");
        (await app.GetAsync($"{schema}17")).ShouldRefuse(BadRequest, "Integration not found: integrationId=17");
        (await app.GetAsync($"{schema}{id}")).ShouldBe(OK, """{"objectTypeToSelectedFields":{"ACCOUNT":[{"uniqueName":"tier","label":"Tier","type":"STRING"}],"LEAD":[{"uniqueName":"tier","label":"Tier","type":"STRING"}]}}""");
        (await ObjectsAsync("PERSON", "[]")).ShouldRefuse(BadRequest, "objectType should be one of ACCOUNT, CONTACT, DEAL, LEAD, BUSINESS_USER, STAGE");
        (await app.GetAsync("/v2/crm/request-status")).ShouldRefuse(BadRequest, "integrationId parameter is missing", "clientRequestId parameter is missing");

        Task<Reply> ObjectsAsync(string type, string ids) => app.SendAsync(
            HttpMethod.Get, $"/v2/crm/entities?integrationId={id}&objectType={type}", new StringContent(ids, Encoding.UTF8, "application/json"));
    }

    private static async Task<string> HasIntegrationAsync(TestApp app) => (await app.CallAsync(RegisterIntegration)).Json["integrationId"]!.ToString();

    private static string Query(string integrationId, string name) => $"?integrationId={integrationId}&objectType={CrmObjectType.Lead}&clientRequestId={name}";

    private static string Lead(string id, string modified = "2026-01-01", string name = "Ada") =>
        $$"""{"objectId":"{{id}}","modifiedDate":"{{modified}}T00:00:00Z","emailAddress":"{{id}}@example.com","firstName":"{{name}}","lastName":"L"}""";

    private static Task<Reply> DoneAsync(TestApp app, string integrationId, string name) => TestApp.EventuallyAsync(
        () => app.GetAsync($"/v2/crm/request-status{Query(integrationId, name)}"), reply => (string?)reply.Json["status"] is "DONE" or "FAILED");

    private static Task<Reply> CutOffAsync(TestApp app, string integrationId)
    {
        var content = new StringContent($"--b\r\nContent-Disposition: form-data; name=\"dataFile\"\r\n\r\n{Lead("cut")}\n{Lead("off")}");
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        return app.SendAsync(HttpMethod.Post, $"/v2/crm/entities{Query(integrationId, "cut")}", content);
    }
}
