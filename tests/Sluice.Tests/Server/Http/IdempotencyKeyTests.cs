using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Engine.Companies;
using Sluice.Engine.Idempotency;
using Sluice.Engine.Storage;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Http;

/// <summary>A write that carries an <c>Idempotency-Key</c> is done once, whatever becomes of its answer.</summary>
public sealed class IdempotencyKeyTests
{
    private const string Bulk = "/v2/flows/prospects/bulk-assignments";
    private const string Folders = "/sluice/v1/folders";
    private const string MyFolder = """{"name":"Mine","owner":"rep@example.com"}""";

    [Theory, EveryDatabase]
    [Wire(All, "inf", "A write with an Idempotency-Key is done once: an equal call gets the first answer, with Idempotency-Replayed: true")]
    public async Task An_equal_call_gets_the_first_answer_and_does_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var body = BulkBody(app, "ada");

        var first = await app.KeyedPostAsync("k", Bulk, body);
        var second = await app.KeyedPostAsync("k", Bulk, body);

        Assert.Equal((Accepted, false), (first.Status, first.IsReplayed()));
        Assert.Equal((Accepted, true, first.Text), (second.Status, second.IsReplayed(), second.Text));
        Assert.NotEqual(first.RequestId, second.Header("x-traceid"));
        Assert.Equal(1, await JobsAsync(app));
        Assert.Equal(Accepted, (await app.PostTextAsync(Bulk, body)).Status); // Without the key, nothing has changed.
        Assert.Equal(2, await JobsAsync(app));
    }

    [Theory, EveryDatabase]
    [Wire(All, "inf", "An Idempotency-Key that was used for another method, path, query or body", Refusal = true)]
    public async Task White_space_and_the_order_of_fields_make_no_difference_and_everything_else_does(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var manage = await app.HasKeyAsync([Scopes.Manage]);
        var first = await app.KeyedPostAsync("k", Folders, MyFolder, manage);

        Assert.True((await app.KeyedPostAsync("k", Folders, """
             { "owner" : "rep\u0040example.com",
               "name":"Mine" }
            """, manage)).IsReplayed());
        Task<Reply>[] others =
        [
            app.KeyedPostAsync("k", Folders, MyFolder.Replace("Mine", "Yours", StringComparison.Ordinal), manage),
            app.KeyedPostAsync("k", "/sluice/v1/rulesets", MyFolder, manage),
            app.KeyedAsync("k", HttpMethod.Patch, $"{Folders}/{first.Json["folder"]!["id"]}", MyFolder, manage),
            app.KeyedAsync("k", HttpMethod.Delete, $"{Folders}/{first.Json["folder"]!["id"]}", null, manage),
            app.KeyedAsync("k", HttpMethod.Delete, $"/v2/crm/integrations?integrationId=1&clientRequestId=a"),
        ];
        foreach (var other in await Task.WhenAll(others))
        {
            other.ShouldRefuse(UnprocessableEntity, "This Idempotency-Key was used for another call: use a new key for each call");
        }

        Assert.True((await app.KeyedPostAsync("k", Folders, MyFolder, manage)).IsReplayed());
    }

    [Theory, EveryDatabase]
    [Wire(All, "inf", "An equal call while the first one with the Idempotency-Key still runs", Refusal = true)]
    public async Task Fifty_equal_calls_at_once_are_one_effect_also_over_two_nodes(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { KeepInMemory = false });
        await using var node = await app.HasAnotherNodeAsync();
        var body = BulkBody(app, "ada");

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? app : node).KeyedPostAsync("k", Bulk, body)));

        var done = Assert.Single(replies, reply => reply.Status == Accepted && !reply.IsReplayed());
        Assert.All(replies.Where(reply => reply != done), reply => Assert.True(
            (reply.IsReplayed() && reply.Text == done.Text) || reply is { Status: Conflict, Body: """{"errors":["A call with this Idempotency-Key is still running: send it again in a moment"]}""" }, reply.Text));
        Assert.Equal(1, await JobsAsync(app));
        Assert.Equal(done.Text, (await node.KeyedPostAsync("k", Bulk, body)).Text);
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task While_a_call_runs_an_equal_one_is_told_to_wait_and_another_one_is_refused_on_every_node(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var node = await app.HasAnotherNodeAsync();
        var manage = await app.HasKeyAsync([Scopes.Manage]);
        Task<Reply> running = null!;
        await app.Db.InTransactionAsync(
            async tx =>
            {
                await new CompanyStore(tx).LockAsync(app.Tenant.Id, CancellationToken.None);
                running = app.KeyedPostAsync("k", Folders, MyFolder, manage);
                await Eventually.UntilAsync(async () => (await tx.QueryAsync($"select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()", _ => 1, CancellationToken.None)).Count > 0);
                foreach (var server in (TestApp[])[app, node])
                {
                    var equal = await server.KeyedPostAsync("k", Folders, MyFolder, manage);
                    equal.ShouldRefuse(Conflict, "A call with this Idempotency-Key is still running: send it again in a moment");
                    Assert.Equal("1", equal.Header("Retry-After"));
                    Assert.Equal(UnprocessableEntity, (await server.KeyedPostAsync("k", Folders, """{"name":"Other","owner":"rep@example.com"}""", manage)).Status);
                }
            },
            CancellationToken.None);

        Assert.Equal(Created, (await running).Status);
        Assert.True((await node.KeyedPostAsync("k", Folders, MyFolder, manage)).IsReplayed());
    }

    [Theory, EveryDatabase]
    public async Task Two_companies_may_use_the_same_key(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var globex = await app.HasTenantAsync("Globex");
        var body = """{"name":"Own","ownerEmail":"rep@example.com"}""";

        var (acmes, globexs) = (await app.KeyedAsync("k", HttpMethod.Put, "/v2/crm/integrations", body), await app.KeyedAsync("k", HttpMethod.Put, "/v2/crm/integrations", body, globex.Key));

        Assert.Equal((OK, OK, false), (acmes.Status, globexs.Status, globexs.IsReplayed()));
        Assert.NotEqual(acmes.Body, globexs.Body);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_call_that_was_refused_may_be_repaired_and_uses_the_key_again(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var body = BulkBody(app, "ada");
        var (reader, narrow) = (await app.HasKeyAsync(["api:flows:read"]), await app.HasKeyAsync(networks: ["10.0.0.0/8"]));
        await app.HasSettingsAsync(company => company with { Limits = new CompanyLimits(0, 4) });
        app.Clock.Advance(TimeSpan.FromSeconds(1)); // Settings are cached.

        Assert.Equal(Unauthorized, (await app.KeyedPostAsync("k", Bulk, body, new ApiKeyCredentials("a", "b", "c"))).Status);
        Assert.Equal(Forbidden, (await app.KeyedPostAsync("k", Bulk, body, reader)).Status);
        Assert.Equal(Forbidden, (await app.KeyedPostAsync("k", Bulk, body, narrow)).Status);
        Assert.Equal(BadRequest, (await app.KeyedPostAsync("k", Bulk, body.Replace("crmId", "nothing", StringComparison.Ordinal))).Status);
        Assert.Equal(BadRequest, (await app.KeyedPostAsync("k", Bulk, "{")).Status);
        Assert.Equal(Accepted, (await app.KeyedPostAsync("k", Bulk, body)).Status);
        Assert.Equal(TooManyRequests, (await app.KeyedPostAsync("k", Bulk, body)).Status); // The call that would get the answer counts too.
        await app.HasSettingsAsync(company => company with { Limits = new CompanyLimits(0, 0) });
        app.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True((await app.KeyedPostAsync("k", Bulk, body)).IsReplayed());
    }

    [Theory, EveryDatabase]
    public async Task A_call_that_fails_inside_does_nothing_and_leaves_the_key_free(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var manage = await app.HasKeyAsync([Scopes.Manage]);
        var body = """{"address":"ada@example.com"}""";
        await app.HasProspectWithEmailAsync("ada", "ada@example.com");
        await app.HasInstanceAsync("ada");
        await RenameAsync(app, "instance_events", "broken");

        // The entry on the stop list succeeds, and then the end of the flow fails.
        Assert.Equal(InternalServerError, (await app.KeyedPostAsync("k", "/sluice/v1/suppressions", body, manage)).Status);
        Assert.Equal(0, await CountAsync(app, "idempotency_keys"));
        Assert.Equal(0, await CountAsync(app, "suppressions"));

        await RenameAsync(app, "broken", "instance_events");
        var done = await app.KeyedPostAsync("k", "/sluice/v1/suppressions", body, manage);
        Assert.Equal((Created, false), (done.Status, done.IsReplayed()));
        Assert.Empty((await app.ListAsync("ada")).Json["prospectsAssigned"]!.AsArray());
    }

    [Theory, EveryDatabase]
    [Wire(All, "inf", "An Idempotency-Key is known for 24 hours, to one company")]
    public async Task A_key_is_kept_for_a_day_and_then_swept(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var body = BulkBody(app, "ada");
        await app.KeyedPostAsync("k", Bulk, body);
        await app.KeyedPostAsync("other", Bulk, body);

        app.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        Assert.True((await app.KeyedPostAsync("k", Bulk, body)).IsReplayed());
        app.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False((await app.KeyedPostAsync("k", Bulk, BulkBody(app, "bob"))).IsReplayed());

        var sweep = new SweepKeys(app.Db, app.Clock, NullLogger<SweepKeys>.Instance);
        await sweep.RunAsync(CancellationToken.None);
        Assert.Equal(1, await CountAsync(app, "idempotency_keys"));
        app.Clock.Advance(TimeSpan.FromHours(24));
        await sweep.RunAsync(CancellationToken.None);
        Assert.Equal(0, await CountAsync(app, "idempotency_keys"));
        Assert.Equal(3, await JobsAsync(app));
    }

    [Theory, EveryDatabase]
    [Wire(All, "inf", "An Idempotency-Key that is empty, has more than 255 characters or invisible ones, or is sent twice", Refusal = true)]
    public async Task A_key_has_1_to_255_visible_characters_and_is_sent_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var body = BulkBody(app, "ada");
        foreach (var keys in (string[][])[[""], ["two words"], [new string('k', 256)], ["a", "b"], ["a", "a"]])
        {
            var reply = await app.KeyedAsync(keys, HttpMethod.Post, Bulk, new StringContent(body, Encoding.UTF8, "application/json"));
            reply.ShouldRefuse(BadRequest, "Idempotency-Key should be sent once and have 1 to 255 visible ASCII characters");
        }

        Assert.Equal(Accepted, (await app.KeyedPostAsync(new string('~', 255), Bulk, body)).Status);
        Assert.Equal(OK, (await app.KeyedAsync("two words", HttpMethod.Get, "/v2/workspaces")).Status); // A read has no use for a key.
        Assert.Equal(1, await JobsAsync(app));
    }

    private static string BulkBody(TestApp app, string crmId) =>
        $$"""{"flowId":"{{app.Tenant.Flow.Id}}","flowInstanceOwnerEmail":"{{TestApp.RepEmail}}","prospects":[{"crmId":"{{crmId}}"}]}""";

    private static Task<long> JobsAsync(TestApp app) => CountAsync(app, "bulk_jobs");

    private static async Task<long> CountAsync(TestApp app, string table) =>
        (await app.Db.QueryAsync($"select count(*) from {new SqlText(table)}", row => row.GetInt64(0), CancellationToken.None)).Single();

    private static Task<int> RenameAsync(TestApp app, string table, string name) => app.Db.ExecuteAsync($"alter table {new SqlText(table)} rename to {new SqlText(name)}", CancellationToken.None);
}
