using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Dev.Requests;

/// <summary>Tests the hints about calls that did not do what the client meant. A hint is in the request log, never in the answer.</summary>
public sealed class HintTests
{
    private const string Prospects = "/v2/flows/prospects";

    private static readonly TestOptions Dev = new() { IsDev = true };

    [Theory, EveryDatabase]
    public async Task A_good_call_of_any_operation_has_no_hint(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        foreach (var operation in app.MappedOperations())
        {
            await app.CallAsync(operation);
        }

        Assert.Empty((await app.RecordedAsync()).SelectMany(request => request!["hints"]!.AsArray()).Select(hint => hint!.ToJsonString()));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_parameter_with_its_words_in_another_order_is_recognised(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.GetAsync($"/v2/flows?flowEmailOwner={TestApp.RepEmail}");

        await app.ShouldHintAsync("unknown-parameter", "flowEmailOwner", "flowOwnerEmail");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_parameter_in_another_case_is_recognised(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.GetAsync($"/v2/flows?FlowOwnerEmail={TestApp.RepEmail}");

        await app.ShouldHintAsync("unknown-parameter", "FlowOwnerEmail", "flowOwnerEmail");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_call_by_a_foreign_host_name_gets_a_hint_that_says_how_to_allow_it_and_none_about_its_key(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/flows/prospects/unassign-flows-by-instance-id");
        request.Headers.Host = "host.docker.internal:4664";
        request.Headers.Authorization = app.Tenant.Key.Basic();

        Assert.Equal(Unauthorized, (await Reply.ReadAsync(await app.Client.SendAsync(request, TestContext.Current.CancellationToken))).Status); // Its page lists no 403.

        var hint = await app.ShouldHintAsync("foreign-call", "Host", null);
        Assert.EndsWith("start with --allowed-host host.docker.internal.", (string?)hint["message"], StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_compressed_body_gets_a_hint_that_names_the_encoding(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        using var body = new ByteArrayContent([0x1f, 0x8b, 0x08, 0x00]);
        body.Headers.ContentType = new("application/json");
        body.Headers.ContentEncoding.Add("gzip");

        await app.SendAsync(HttpMethod.Post, Prospects, body);

        var hint = await app.ShouldHintAsync("compressed-body", "Content-Encoding", null);
        Assert.Contains("Content-Encoding says gzip", (string?)hint["message"], StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_parameter_that_resembles_nothing_gets_a_hint_too(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.GetAsync("/v2/workspaces?verbose=true");

        await app.ShouldHintAsync("unknown-parameter", "verbose", null);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_cursor_is_no_unknown_parameter_even_if_the_call_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.GetAsync("/v2/flows?cursor=none");
        await app.ShouldHintNothingAsync();
        await app.GetAsync("/v2/flows/folders?cursor=none");

        await app.ShouldHintNothingAsync();
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_misspelt_field_is_recognised(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.PostAsync(Prospects, new { crmProspectIds = new[] { "ada" } });
        await app.ShouldHintAsync("unknown-field", "crmProspectIds", "crmProspectsIds");

        await app.PostAsync(Prospects, new { crm_prospects_ids = new[] { "ada" } });
        await app.ShouldHintAsync("unknown-field", "crm_prospects_ids", "crmProspectsIds");

        await app.PostAsync(Prospects, new { prospects = new[] { "ada" } });
        await app.ShouldHintAsync("unknown-field", "prospects", "crmProspectsIds");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_misspelt_field_inside_a_list_gets_one_hint_with_its_path(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var steps = new[] { new { number = 1, subjct = "Hello" }, new { number = 2, subjct = "Again" } };

        await app.PostAsync($"{Prospects}/assign", new
        {
            flowId = WireId.Write(app.Tenant.Flow.Id),
            flowInstanceOwnerEmail = TestApp.RepEmail,
            crmProspectsIds = new[] { "ada" },
            overrides = new { steps },
        });

        await app.ShouldHintAsync("unknown-field", "overrides.steps.subjct", "subject");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_field_at_the_wrong_depth_gets_a_hint_with_its_right_place(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.PostTextAsync("/v2/users/extensive", """{"filter":{"cursor":"abc"}}""");
        await app.ShouldHintAsync("cursor-in-filter", "filter.cursor", "cursor");

        await app.PostTextAsync("/v2/users/extensive", """{"userIds":["1"]}""");
        await app.ShouldHintAsync("misplaced-field", "userIds", "filter.userIds");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_field_in_the_query_or_a_parameter_in_the_body_gets_a_hint(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.PostTextAsync($"{Prospects}?crmProspectsIds=ada", "{}");
        await app.ShouldHintAsync("field-in-query", "crmProspectsIds", "crmProspectsIds");

        using var body = new StringContent($$"""{"flowOwnerEmail":"{{TestApp.RepEmail}}"}""", Encoding.UTF8, "application/json");
        await app.SendAsync(HttpMethod.Get, "/v2/flows", body);
        await app.ShouldHintAsync("parameter-in-body", "flowOwnerEmail", "flowOwnerEmail");
    }

    [Theory, EveryDatabase]
    public async Task An_id_that_a_double_has_rounded_gets_a_hint_with_the_intended_id(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        await app.HasFlowAsync("Snowflake", change: flow => flow with { Id = 1695493301223590792 });

        // The id as JavaScript prints it and as Python's int(float) does; then the exact id, and a rounded id that is near no known one.
        await app.PostTextAsync("/v2/flows/steps", """{"flowIds":["1695493301223591000"]}""");
        await app.ShouldHintAsync("rounded-id", "1695493301223591000", "1695493301223590792");
        await app.PostTextAsync("/v2/flows/steps", """{"flowIds":[1695493301223590912]}""");
        await app.ShouldHintAsync("rounded-id", "1695493301223590912", "1695493301223590792");
        await app.PostTextAsync("/v2/flows/steps", """{"flowIds":["1695493301223590792"]}""");
        await app.ShouldHintNothingAsync();
        await app.PostTextAsync("/v2/flows/steps", """{"flowIds":["1795493301223591000"]}""");
        await app.ShouldHintNothingAsync();
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_rounded_id_in_the_path_gets_a_hint_but_never_with_another_companys_id(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var other = await app.HasTenantAsync("Globex");
        await app.HasUserAsync("snow@example.com", change: user => user with { Id = 1695493301223590792 });

        await app.GetAsync("/v2/users/1695493301223591000");
        await app.ShouldHintAsync("rounded-id", "1695493301223591000", "1695493301223590792");
        await app.GetAsync("/v2/users/1695493301223591000", other.Key);
        await app.ShouldHintNothingAsync();
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_path_that_is_almost_right_gets_a_hint_with_the_right_one(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.PostTextAsync("/flows/prospects", "{}");
        await app.ShouldHintAsync("missing-v2", "/flows/prospects", Prospects);
        await app.PostTextAsync("/v2/v2/flows/prospects", "{}");
        await app.ShouldHintAsync("doubled-v2", "/v2/v2/flows/prospects", Prospects);
        await app.PostTextAsync("/V2/flows/prospects", "{}");
        await app.ShouldHintAsync("inexact-path", "/V2/flows/prospects", Prospects);
        await app.PostTextAsync("/v2/flows/prospects/", "{}");
        await app.ShouldHintAsync("inexact-path", "/v2/flows/prospects/", Prospects);
        await app.PostTextAsync("/v2/flow/prospects", "{}");
        await app.ShouldHintAsync("unknown-path", "/v2/flow/prospects", Prospects);
        await app.GetAsync("/v2/flows/prospects/bulk-assignments/ABC");
        await app.ShouldHintNothingAsync();
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_get_that_should_be_a_post_gets_a_hint(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.GetAsync(Prospects);
        await app.ShouldHintAsync("wrong-method", "GET", "POST");

        // The router reads "extensive" as the id of a user.
        await app.GetAsync("/v2/users/extensive");
        await app.ShouldHintAsync("wrong-method", "GET", "POST");
    }

    [Theory, EveryProfile]
    public async Task A_missing_scope_is_named(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, Dev with { Profile = Profile.Find(profile)! });
        var key = await app.HasKeyAsync(["api:users:read"]);

        await app.PostAsync(Prospects, new { crmProspectsIds = new[] { "ada" } }, key);

        await app.ShouldHintAsync("missing-scope", "api:flows:read", null);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_retry_that_is_too_early_gets_a_hint_and_a_later_one_does_not(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var busy = await app.HasTenantAsync("Busy", limits: new CompanyLimits(1, 0));
        await app.CallAsync(Operations.ListWorkspaces, busy.Key);
        Assert.Equal(TooManyRequests, (await app.CallAsync(Operations.ListWorkspaces, busy.Key)).Status);
        await app.ShouldHintNothingAsync();

        app.Clock.Advance(TimeSpan.FromMilliseconds(200));
        await app.CallAsync(Operations.ListWorkspaces, busy.Key);
        await app.ShouldHintAsync("retried-too-early", "Retry-After", null);

        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await app.CallAsync(Operations.ListWorkspaces, busy.Key);
        await app.ShouldHintNothingAsync();
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Json_with_another_content_type_gets_a_hint(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        using var form = new StringContent("""{"crmProspectsIds":["ada"]}""", Encoding.UTF8, "application/x-www-form-urlencoded");

        Assert.Equal(UnsupportedMediaType, (await app.SendAsync(HttpMethod.Post, Prospects, form)).Status);

        var hint = await app.ShouldHintAsync("content-type", "Content-Type", "application/json");
        Assert.StartsWith("The body is JSON, but Content-Type says application/x-www-form-urlencoded", (string?)hint["message"], StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_body_that_is_not_json_and_bad_credentials_get_hints(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.PostTextAsync(Prospects, "{'crmProspectsIds':['ada']}");
        await app.ShouldHintAsync("malformed-body", null, null);

        await app.SendAsync(HttpMethod.Get, "/v2/workspaces", null, credential: null);
        await app.ShouldHintAsync("bad-credentials", "Authorization", null);
    }
}

internal static class RecordedCalls
{
    public static async Task<JsonArray> RecordedAsync(this TestApp app, ApiKeyCredentials? key = null, string query = "")
    {
        var reply = await app.GetAsync("/sluice/v1/requests" + query, key);
        Assert.Equal(OK, reply.Status);
        return reply.Json["requests"]!.AsArray();
    }

    /// <summary>Asserts that the last call has this hint and no other.</summary>
    public static async Task<JsonNode> ShouldHintAsync(this TestApp app, string code, string? name, string? didYouMean)
    {
        var hint = Assert.Single((await app.RecordedAsync())[^1]!["hints"]!.AsArray())!;
        Assert.Equal((code, name, didYouMean), ((string?)hint["code"], (string?)hint["name"], (string?)hint["didYouMean"]));
        return hint;
    }

    public static async Task ShouldHintNothingAsync(this TestApp app) =>
        Assert.Equal("[]", (await app.RecordedAsync())[^1]!["hints"]!.ToJsonString());
}
