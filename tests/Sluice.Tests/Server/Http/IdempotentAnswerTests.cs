using System.Net.Http.Headers;
using System.Text;
using Sluice.Engine.Companies;
using Sluice.Engine.Idempotency;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary>What is kept of the answer to a call with an idempotency key, and what is not.</summary>
public sealed class IdempotentAnswerTests
{
    private const string Flows = "/sluice/v1/flows";

    [Theory, EveryDatabase]
    public async Task A_secret_that_is_shown_once_is_shown_again_and_is_not_in_the_database(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (manage, key) = (await app.HasKeyAsync([Scopes.Manage]), "a-key-of-the-client");
        var body = """{"name":"App","redirectUris":["http://localhost/cb"]}""";

        var first = await app.KeyedPostAsync(key, "/sluice/v1/oauth-apps", body, manage);
        var second = await app.KeyedPostAsync(key, "/sluice/v1/oauth-apps", body, manage);

        Assert.Equal(first.Text, second.Text);
        Assert.Single(await app.Db.QueryAsync($"select id from oauth_apps", row => row.GetInt64(0), CancellationToken.None));
        var dump = await app.Db.DumpAsync();
        Assert.DoesNotContain((string)first.Json["app"]!["clientSecret"]!, dump, StringComparison.Ordinal);
        Assert.DoesNotContain(key, dump, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task An_answer_that_is_too_large_to_keep_is_sent_once_and_a_repeated_call_hears_that_it_was_done(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var manage = await app.HasKeyAsync([Scopes.Manage]);
        var body = $$"""{"name":"Big","owner":"rep@example.com","steps":[{"key":"a","action":"AUTO_SEND_EMAIL","subject":"s","body":"{{new string('x', 1024 * 1024)}}"}]}""";

        var first = await app.KeyedPostAsync("k", Flows, body, manage);
        var second = await app.KeyedPostAsync("k", Flows, body, manage);

        Assert.True(first.Status == Created, first.Text[..Math.Min(first.Text.Length, 300)]);
        Assert.True(first.Text.Length > CallAnswer.MaxKept);
        second.ShouldRefuse(Gone, $"The call was done before, as request {first.RequestId}. Its answer is not kept: it was too large, or the data of a person was erased since");
        Assert.True(second.IsReplayed());
        Assert.Single(await app.Db.QueryAsync($"select id from flows where name = 'Big'", row => row.GetInt64(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task An_erasure_forgets_the_kept_answers_and_not_that_the_calls_were_done(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var manage = await app.HasKeyAsync([Scopes.Manage]);
        await app.HasProspectWithEmailAsync("ada", "ada@prospect.example");
        var body = """{"address":"ada@prospect.example"}""";
        var first = await app.KeyedPostAsync("k", "/sluice/v1/suppressions", body, manage);

        await app.SendAsync(HttpMethod.Post, "/v2/data-privacy/erase-data-for-email-address?emailAddress=ada@prospect.example");
        await Eventually.UntilAsync(async () => (await app.Db.QueryAsync($"select 1 from erasures where finished_at is null", _ => 1, CancellationToken.None)).Count == 0);

        var second = await app.KeyedPostAsync("k", "/sluice/v1/suppressions", body, manage);
        Assert.Equal((Created, Gone), (first.Status, second.Status));
        Assert.DoesNotContain("ada@", second.Text, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_dry_run_changes_nothing_and_its_answer_is_kept(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var manage = await app.HasKeyAsync([Scopes.Manage]);
        var body = """{"dryRun":true,"documents":[{"kind":"ruleset","name":"R"}]}""";

        var first = await app.KeyedPostAsync("k", "/sluice/v1/apply", body, manage);
        var second = await app.KeyedPostAsync("k", "/sluice/v1/apply", body, manage);

        Assert.Equal((OK, true, first.Text), (first.Status, second.IsReplayed(), second.Text));
        Assert.Empty(await app.Db.QueryAsync($"select id from rulesets", row => row.GetInt64(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task A_raw_message_and_an_upload_count_byte_for_byte(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var manage = await app.HasKeyAsync([Scopes.Manage]);
        var integration = (await app.KeyedAsync("i", HttpMethod.Put, "/v2/crm/integrations", """{"name":"Own","ownerEmail":"rep@example.com"}""")).Json["integrationId"];
        var upload = $"/v2/crm/entities?integrationId={integration}&objectType=LEAD&clientRequestId=u";
        var lead = """{"objectId":"lead","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"lead@example.com","firstName":"L","lastName":"L"}""";

        var first = await app.KeyedAsync(["u"], HttpMethod.Post, upload, KeyedCalls.Upload(lead));
        var second = await app.KeyedAsync(["u"], HttpMethod.Post, upload, KeyedCalls.Upload(lead));
        Assert.Equal((Created, Created, true, first.Text), (first.Status, second.Status, second.IsReplayed(), second.Text));
        Assert.Equal(UnprocessableEntity, (await app.KeyedAsync(["u"], HttpMethod.Post, upload, KeyedCalls.Upload(lead + "\n"))).Status);
        Assert.Equal(Conflict, (await app.KeyedAsync(["other"], HttpMethod.Post, upload, KeyedCalls.Upload(lead))).Status); // Its clientRequestId was used.
        await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/crm/request-status?integrationId={integration}&clientRequestId=u"), reply => (string?)reply.Json["status"] is "DONE");

        var mail = "From: ada@example.com\r\nTo: rep@example.com\r\nMessage-ID: <m@x>\r\n\r\n" + new string('x', 100_000);
        var accepted = await app.KeyedAsync(["m"], HttpMethod.Post, "/sluice/v1/inbound", Raw(mail), manage);
        var again = await app.KeyedAsync(["m"], HttpMethod.Post, "/sluice/v1/inbound", Raw(mail), manage);
        Assert.Equal((OK, true, accepted.Text), (accepted.Status, again.IsReplayed(), again.Text));
        Assert.Equal(UnprocessableEntity, (await app.KeyedAsync(["m"], HttpMethod.Post, "/sluice/v1/inbound", Raw(mail + "x"), manage)).Status);
        var refused = await app.KeyedAsync(["l"], HttpMethod.Post, upload, new ByteArrayContent(new byte[CallFingerprint.MaxRaw + 1]) { Headers = { ContentType = new MediaTypeHeaderValue("multipart/form-data") } });
        refused.ShouldRefuse(RequestEntityTooLarge, "Request body is too large: with an Idempotency-Key it may have 64 MiB");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_server_that_is_killed_after_the_effect_and_before_the_answer_answers_after_its_start(Database database)
    {
        await using var files = await TestDatabase.CreateAsync(database);
        var sluice = await SluiceProcess.StartAsync("dev", "--database", files.Connection);
        var key = new ApiKeyCredentials((string)sluice.Ready["accessKey"]!, (string)sluice.Ready["accessKeySecret"]!, "");
        var owner = (await SendAsync(sluice, key, HttpMethod.Get, "/v2/users")).Json["users"]![0]!["emailAddress"];
        var body = $$"""{"name":"Own","ownerEmail":"{{owner}}"}""";
        await using (sluice)
        {
            Assert.Equal(OK, (await SendAsync(sluice, key, HttpMethod.Post, "/sluice/v1/faults", """{"path":"/v2/crm","lost":true}""")).Status);
            await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(sluice, key, HttpMethod.Put, "/v2/crm/integrations", body, "k"));
            await sluice.KillAsync();
        }

        await using var restarted = await SluiceProcess.StartAsync("dev", "--database", files.Connection);
        var reply = await SendAsync(restarted, key, HttpMethod.Put, "/v2/crm/integrations", body, "k");
        var known = (await SendAsync(restarted, key, HttpMethod.Get, "/v2/crm/integrations")).Json["integrations"]!.AsArray();
        Assert.Equal((OK, true, reply.Json["integrationId"]!.ToString()), (reply.Status, reply.IsReplayed(), Assert.Single(known)!["integrationId"]!.ToString()));
    }

    private static async Task<Reply> SendAsync(SluiceProcess sluice, ApiKeyCredentials credentials, HttpMethod method, string url, string? json = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = credentials.Basic();
        request.Headers.Add("Idempotency-Key", key is null ? [] : [key]);
        return await Reply.ReadAsync(await sluice.Client.SendAsync(request));
    }

    private static ByteArrayContent Raw(string message) => new(Encoding.ASCII.GetBytes(message)) { Headers = { ContentType = new MediaTypeHeaderValue("message/rfc822") } };
}
