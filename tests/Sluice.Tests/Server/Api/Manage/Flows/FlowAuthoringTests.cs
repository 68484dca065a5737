using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Flows;

public sealed class FlowAuthoringTests
{
    [Theory, EveryDatabase]
    public async Task A_flow_is_read_back_as_it_was_written(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasUserAsync("ann@example.com");
        await app.HasFolderAsync("Outbound");
        Assert.Equal(Created, (await author.PostAsync("rulesets", """{"name":"Stop","onReply":"stop","replyToDo":false}""")).Status);

        var reply = await author.PostAsync("flows", """
            {"name":"Cold","owner":"rep@example.com","folder":"Outbound","visibility":"shared","sharedWith":["ann@example.com"],"exclusive":true,
             "description":"two\nlines","enabled":false,"ruleset":"Stop","window":{"from":"09:00","to":"24:00","days":["Sun","Mon"]},
             "steps":[{"key":"intro","action":"CALL","wait":{"minutes":2880}}]}
            """);

        var flow = reply.Json["flow"]!.AsObject();
        Assert.Equal(Created, reply.Status);
        var read = (await author.GetAsync($"flows/{flow["id"]}")).Json["flow"]!;
        Assert.True(JsonNode.DeepEquals(flow, read));
        flow.Remove("id");
        flow["steps"]![0]!.AsObject().Remove("id");
        Assert.Equal(
            """{"version":1,"createdAt":"2026-03-02T01:00:00-08:00","name":"Cold","workspace":"Initial workspace","folder":"Outbound","owner":"rep@example.com","visibility":"Shared","sharedWith":["ann@example.com"],"exclusive":true,"description":"two\nlines","enabled":false,"ruleset":"Stop","window":{"from":"09:00","to":"24:00","days":["Mon","Sun"]},"steps":[{"key":"intro","action":"CALL","wait":{"days":2}}]}""",
            flow.ToJsonString());
    }

    [Theory, EveryDatabase]
    public async Task A_step_keeps_its_id_when_it_is_moved_or_edited_or_gets_neighbours(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var flow = await author.HasFlowAsync();
        var ids = Ids(flow);

        var edited = Author.FlowIn(await author.PatchAsync($"flows/{flow["id"]}", $$"""
            {"steps":[{"key":"call","action":"CUSTOM","subject":"Look them up"},
                      {"action":"LINKEDIN_CONNECT"},
                      {"id":"{{ids[0]}}","key":"renamed","action":"AUTO_SEND_EMAIL","subject":"Other","body":"<p>Other</p>"}]}
            """));

        var after = Ids(edited);
        Assert.Equal((ids[1], ids[0]), (after[0], after[2]));
        Assert.DoesNotContain(after[1], ids);
        Assert.Equal((2, "renamed"), ((int)edited["version"]!, (string?)edited["steps"]![2]!["key"]));
        Assert.Equal(after[1], (string?)edited["steps"]![1]!["key"]);
        var stored = await new StepStore(app.Db).ListAsync(app.Tenant.Id, [long.Parse((string)flow["id"]!, null)], CancellationToken.None);
        Assert.Equal([1, 2, 3], stored.Select(step => step.Order));
    }

    [Theory, EveryDatabase]
    public async Task Only_an_edit_of_steps_makes_a_new_version(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var flow = await author.HasFlowAsync();
        var url = $"flows/{flow["id"]}";

        Assert.Equal(1, (int)Author.FlowIn(await author.PatchAsync(url, """{"name":"Warm","exclusive":true}"""))["version"]!);
        Assert.Equal(1, (int)Author.FlowIn(await author.PatchAsync(url, $$"""{"steps":{{flow["steps"]!.ToJsonString()}}}"""))["version"]!);
        Assert.Equal(1, (int)Author.FlowIn(await author.PutAsync(url, Author.Flow))["version"]!);
        flow["steps"]![0]!["subject"] = "Other";
        Assert.Equal(2, (int)Author.FlowIn(await author.PatchAsync(url, $$"""{"steps":{{flow["steps"]!.ToJsonString()}}}"""))["version"]!);
    }

    [Theory, EveryDatabase]
    public async Task Put_resets_missing_fields_and_patch_keeps_them(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var flow = await author.HasFlowAsync("""{"name":"Cold","owner":"rep@example.com","description":"What for","exclusive":true}""");
        var url = $"flows/{flow["id"]}";

        Assert.Equal("What for", (string?)Author.FlowIn(await author.PatchAsync(url, """{"exclusive":false}"""))["description"]);
        Assert.Null(Author.FlowIn(await author.PatchAsync(url, """{"description":null}"""))["description"]);
        Assert.True((bool)Author.FlowIn(await author.PatchAsync(url, """{"exclusive":true}"""))["exclusive"]!);
        Assert.False((bool)Author.FlowIn(await author.PutAsync(url, """{"name":"Cold","owner":"rep@example.com"}"""))["exclusive"]!);
    }

    [Theory, EveryDatabase]
    public async Task An_older_version_comes_back_as_a_new_one_and_a_step_that_is_still_there_stays_the_same(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var flow = await author.HasFlowAsync();
        var url = $"flows/{flow["id"]}";
        Assert.Equal(2, (int)Author.FlowIn(await author.PatchAsync(url, """{"name":"Kept","steps":[{"key":"call","action":"CUSTOM"}]}"""))["version"]!);
        var before = await app.Db.DumpAsync();

        (await author.PostAsync($"{url}/versions/1/restore", """{"seen":1}""")).ShouldRefuse(Conflict, "seen: the flow is at version 2 by now");
        (await author.PostAsync($"{url}/versions/3/restore", "{}")).ShouldRefuse(NotFound, $"There is no version 3 of flow {flow["id"]}: only the newest 50 are kept");
        (await author.PostAsync($"{url}/versions/1/restore", """{"seen":"2"}""")).ShouldRefuse(BadRequest, "seen: should be a whole number from 1 to 2147483647");
        (await author.PostAsync($"{url}/versions/x/restore", "{}")).ShouldRefuse(BadRequest, "version: should be an id, which is a whole number of at most 19 digits, not x");
        Assert.Equal(before, await app.Db.DumpAsync());

        var back = Author.FlowIn(await author.PostAsync($"{url}/versions/1/restore", """{"seen":2}"""));
        Assert.Equal((3, "Kept", Ids(flow)[1]), ((int)back["version"]!, (string?)back["name"], Ids(back)[1]));
        Assert.Equal(flow["steps"]!.AsArray().Select(Without), back["steps"]!.AsArray().Select(Without));
        before = await app.Db.DumpAsync();
        Assert.Equal(3, (int)Author.FlowIn(await author.PostAsync($"{url}/versions/1/restore", "{}"))["version"]!); // It is so already.
        Assert.Equal(before, await app.Db.DumpAsync());

        await app.Db.ExecuteAsync($"update flow_versions set steps = {"""[{"key":"x","action":"AUTO_SEND_EMAIL","subject":"s"}]"""} where version = 2", CancellationToken.None);
        (await author.PostAsync($"{url}/versions/2/restore", "{}")).ShouldRefuse(BadRequest, "steps[0].body: is missing: an automatic mail needs one, because nobody sees the mail before it is sent");

        static string Without(JsonNode? step) => string.Join(' ', step!.AsObject().Where(field => field.Key != "id").Select(field => $"{field.Key}={field.Value?.ToJsonString()}"));
    }

    [Theory, EveryDatabase]
    public async Task A_copy_has_its_own_steps_and_is_disabled(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var flow = await author.HasFlowAsync();

        var copy = Author.FlowIn(await author.PostAsync($"flows/{flow["id"]}/duplicate", "{}"));

        Assert.Equal(("Copy of Cold", false), ((string?)copy["name"], (bool)copy["enabled"]!));
        Assert.Empty(Ids(copy).Intersect(Ids(flow)));
        Assert.Equal(["intro", "call", "last"], copy["steps"]!.AsArray().Select(step => (string?)step!["key"]));
        (await author.PostAsync($"flows/{flow["id"]}/duplicate", "{}")).ShouldRefuse(BadRequest, "name: there is another flow Copy of Cold in Initial workspace");
    }

    [Theory, EveryDatabase]
    public async Task A_disabled_flow_refuses_prospects_until_it_is_enabled(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasProspectAsync("ada");
        var url = $"flows/{app.Tenant.Flow.Id}";

        Assert.False((bool)Author.FlowIn(await author.PostAsync($"{url}/disable"))["enabled"]!);
        Assert.Equal(["Flow is disabled"], (await app.AssignAsync(app.Tenant.Flow, "ada")).Each("prospectsNotAssigned", "errorMessage"));
        Assert.True((bool)Author.FlowIn(await author.PostAsync($"{url}/enable"))["enabled"]!);
        Assert.Single((await app.AssignAsync(app.Tenant.Flow, "ada")).Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    public async Task A_deleted_flow_is_not_found_and_a_sweep_will_end_its_instances(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var flow = await author.HasFlowAsync();

        (await author.DeleteAsync($"flows/{flow["id"]}")).ShouldBe(OK, $$"""{"deletedId":"{{flow["id"]}}"}""");

        (await author.DeleteAsync($"flows/{flow["id"]}")).ShouldRefuse(NotFound, $"There is no flow {flow["id"]}");
        (await author.GetAsync($"flows/{flow["id"]}")).ShouldRefuse(NotFound, $"There is no flow {flow["id"]}");
        Assert.Equal([(FinishReason.FlowDeleted.Word(), (string?)flow["id"])], await SweepsAsync(app));
        await author.HasFlowAsync(); // The name can be used again.
    }

    [Theory, EveryDatabase]
    public async Task Flows_are_listed_a_page_at_a_time(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        for (var i = 0; i < 104; i++)
        {
            await app.HasFlowAsync($"Flow {i}");
        }

        var first = await author.GetAsync("flows");
        var second = await author.GetAsync($"flows?cursor={first.Json["records"]!["cursor"]}");

        Assert.Equal((100, 105, 5), (first.Each("flows", "id").Count(), (int)first.Json["records"]!["totalRecords"]!, second.Each("flows", "id").Count()));
        Assert.Equal(105, first.Each("flows", "id").Concat(second.Each("flows", "id")).Distinct().Count());
        (await author.GetAsync("flows?cursor=x")).ShouldRefuse(BadRequest, "Failed to verify cursor");
    }

    internal static Task<List<(string Kind, string? SubjectId)>> SweepsAsync(TestApp app) =>
        app.Db.QueryAsync($"select kind, subject_id from sweeps order by id", row => (row.GetString(0), (string?)row.GetInt64(1).ToString(null, null)), CancellationToken.None);

    private static List<string?> Ids(JsonNode flow) => [.. flow["steps"]!.AsArray().Select(step => (string?)step!["id"])];
}
