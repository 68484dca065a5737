using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Dev.Requests;

/// <summary>What is said beside the wire of a call that did not do what its client meant.</summary>
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
    public async Task A_parameter_with_its_words_in_another_order_is_known_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.GetAsync($"/v2/flows?flowEmailOwner={TestApp.RepEmail}");

        await app.ShouldHintAsync("unknown-parameter", "flowEmailOwner", "flowOwnerEmail");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_parameter_in_another_case_is_known_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.GetAsync($"/v2/flows?FlowOwnerEmail={TestApp.RepEmail}");

        await app.ShouldHintAsync("unknown-parameter", "FlowOwnerEmail", "flowOwnerEmail");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_compressed_body_is_told_as_such(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        using var body = new ByteArrayContent([0x1f, 0x8b, 0x08, 0x00]);
        body.Headers.ContentType = new("application/json");
        body.Headers.ContentEncoding.Add("gzip");

        await app.SendAsync(HttpMethod.Post, Prospects, body);

        var hint = await app.ShouldHintAsync("malformed-body", null, null);
        Assert.Contains("Content-Encoding says gzip", (string?)hint["message"], StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_parameter_that_resembles_nothing_is_told_too(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.GetAsync("/v2/workspaces?verbose=true");

        await app.ShouldHintAsync("unknown-parameter", "verbose", null);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_cursor_is_known_also_where_the_call_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.GetAsync("/v2/flows?cursor=none");
        await app.ShouldHintNothingAsync();
        await app.GetAsync("/v2/flows/folders?cursor=none");

        await app.ShouldHintNothingAsync();
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_misspelt_field_is_known_again(Database database)
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
    public async Task A_misspelt_field_inside_a_list_is_told_once_with_its_path(Database database)
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
    public async Task A_field_at_the_wrong_depth_is_told_where_it_belongs(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.PostTextAsync("/v2/users/extensive", """{"filter":{"cursor":"abc"}}""");
        await app.ShouldHintAsync("cursor-in-filter", "filter.cursor", "cursor");

        await app.PostTextAsync("/v2/users/extensive", """{"userIds":["1"]}""");
        await app.ShouldHintAsync("misplaced-field", "userIds", "filter.userIds");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_field_in_the_query_belongs_in_the_body_and_the_reverse(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.PostTextAsync($"{Prospects}?crmProspectsIds=ada", "{}");
        await app.ShouldHintAsync("field-in-query", "crmProspectsIds", "crmProspectsIds");

        using var body = new StringContent($$"""{"flowOwnerEmail":"{{TestApp.RepEmail}}"}""", Encoding.UTF8, "application/json");
        await app.SendAsync(HttpMethod.Get, "/v2/flows", body);
        await app.ShouldHintAsync("parameter-in-body", "flowOwnerEmail", "flowOwnerEmail");
    }

    [Theory, EveryDatabase]
    public async Task An_id_that_went_through_a_double_is_told_with_the_one_that_was_meant(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        await app.HasFlowAsync("Snowflake", change: flow => flow with { Id = 1695493301223590792 });

        // As JavaScript prints it, and as Python's int(float) does; then the id itself, and a rounded one that is near nothing.
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
    public async Task A_rounded_id_in_the_path_is_told_and_another_companys_never(Database database)
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
    public async Task A_path_that_is_almost_right_is_put_right(Database database)
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
    public async Task A_get_that_should_be_a_post_is_told(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        await app.GetAsync(Prospects);
        await app.ShouldHintAsync("wrong-method", "GET", "POST");

        // The router takes it for a user's id.
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
    public async Task A_retry_before_its_time_is_told_and_one_after_it_is_not(Database database)
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
    public async Task Json_that_is_not_said_to_be_json_is_told(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        using var form = new StringContent("""{"crmProspectsIds":["ada"]}""", Encoding.UTF8, "application/x-www-form-urlencoded");

        Assert.Equal(UnsupportedMediaType, (await app.SendAsync(HttpMethod.Post, Prospects, form)).Status);

        var hint = await app.ShouldHintAsync("content-type", "Content-Type", "application/json");
        Assert.StartsWith("The body is JSON, but Content-Type says application/x-www-form-urlencoded", (string?)hint["message"], StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_body_that_is_not_json_and_bad_credentials_are_told(Database database)
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
    public static async Task<JsonArray> RecordedAsync(this TestApp app, KeyWords? key = null, string query = "")
    {
        var reply = await app.GetAsync("/sluice/v1/requests" + query, key);
        Assert.Equal(OK, reply.Status);
        return reply.Json["requests"]!.AsArray();
    }

    /// <summary>The last call has this hint and no other.</summary>
    public static async Task<JsonNode> ShouldHintAsync(this TestApp app, string code, string? name, string? didYouMean)
    {
        var hint = Assert.Single((await app.RecordedAsync())[^1]!["hints"]!.AsArray())!;
        Assert.Equal((code, name, didYouMean), ((string?)hint["code"], (string?)hint["name"], (string?)hint["didYouMean"]));
        return hint;
    }

    public static async Task ShouldHintNothingAsync(this TestApp app) =>
        Assert.Equal("[]", (await app.RecordedAsync())[^1]!["hints"]!.ToJsonString());
}
