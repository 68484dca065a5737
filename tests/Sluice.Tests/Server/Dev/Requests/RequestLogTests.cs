using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Server.Dev.Requests;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Dev.Requests;

/// <summary>Tests what the server records of requests, who may read it, and that recording changes no answer.</summary>
public sealed class RequestLogTests
{
    private const string Url = "/sluice/v1/requests";

    private static readonly TestOptions Dev = new() { IsDev = true };
    private static readonly TestOptions Recording = new() { RecordRequests = true };

    [Theory, EveryDatabase]
    public async Task A_request_is_recorded_with_its_details(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        var reply = await app.PostTextAsync("/v2/flows/prospects?a=b", """{"crmProspectsIds":["ada"]}""");

        var kept = Assert.Single(await app.RecordedAsync())!.AsObject();
        Assert.True(kept.Remove("hints"));
        Assert.True(kept.Remove("milliseconds"));
        Assert.Equal(
            new JsonObject
            {
                ["time"] = "2026-03-02T01:00:00-08:00",
                ["method"] = "POST",
                ["path"] = "/v2/flows/prospects",
                ["query"] = "?a=b",
                ["status"] = 200,
                ["requestId"] = reply.RequestId,
                ["companyId"] = WireId.Write(app.Tenant.Id),
                ["accessKey"] = app.Tenant.Key.AccessKey,
                ["body"] = """{"crmProspectsIds":["ada"]}""",
            }.ToJsonString(),
            kept.ToJsonString());
    }

    [Theory, EveryDatabase]
    public async Task No_secret_is_recorded_wherever_it_is_in_the_request(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var key = app.Tenant.Key;
        await app.PostAsync("/v2/flows/prospects/assign?subject=MAIL&accessKeySecret=MAIL", new
        {
            flowId = WireId.Write(app.Tenant.Flow.Id),
            flowInstanceOwnerEmail = TestApp.RepEmail,
            crmProspectsIds = new[] { "ada", key.AccessKeySecret },
            overrides = new { steps = new[] { new { number = 1, subject = "MAIL", body = "MAIL" } }, flowInstanceVariables = new[] { new { name = "x", value = "MAIL" } } },
            flowInstanceDescription = "MAIL",
            flowInstanceDescripton = "MAIL",
            body = "MAIL",
            subject = "MAIL",
            password = new[] { new { deep = "MAIL" } },
        });
        await app.GetAsync($"/v2/users/{key.BearerToken}?cursor={key.AccessKeySecret}");
        await app.GetAsync($"/v2/flows?{key.AccessKeySecret}={key.BearerToken}&flowOwnerEmail={key.BearerToken}");
        await app.SendAsync(HttpMethod.Get, "/v2/workspaces", null, Credential.Basic(key.AccessKey, "MAIL"));
        await app.SendAsync(HttpMethod.Get, "/v2/workspaces", null, key.Bearer());
        await app.PostTextAsync("/v2/nowhere?key=MAIL", """{"secret":"MAIL"}""");

        var dump = (await app.GetAsync(Url)).Text;

        Assert.Equal(6, (await app.RecordedAsync()).Count);
        foreach (var secret in (string[])["MAIL", key.AccessKeySecret[4..], key.BearerToken[4..], "Basic ", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(key.AccessKey))])
        {
            Assert.DoesNotContain(secret, dump.Replace("Basic takes", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Only_dev_shows_the_values_of_unknown_parameters_and_never_credentials(Database database)
    {
        const string query = "?cursor=abc&owner=ada%40example.com&api_key=MAIL&access_token=MAIL&X-Amz-Signature=MAIL&sessionId=MAIL&q=Bearer%20MAIL&j=eyJhbGciOi.MAIL&subject=MAIL";
        var queries = new List<string>();
        foreach (var options in new[] { Dev, Recording })
        {
            await using var app = await TestApp.StartAsync(database, options);
            await app.GetAsync($"/v2/workspaces{query}");
            queries.Add((string)Assert.Single(await app.RecordedAsync(options == Dev ? null : await app.HasKeyAsync([Scopes.Manage])))!["query"]!);
        }

        Assert.Equal("?cursor=abc&owner=ada%40example.com&api_key=[redacted]&access_token=[redacted]&X-Amz-Signature=[redacted]&sessionId=[redacted]&q=[redacted]&j=[redacted]&subject=[redacted]", queries[0]);
        Assert.DoesNotContain("ada", queries[1], StringComparison.Ordinal);
        Assert.DoesNotContain("MAIL", queries[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_oldest_request_makes_room_for_the_newest()
    {
        var log = new RequestLog(isOpen: true, keepsUnknownValues: true);
        for (var i = 0; i < RequestLog.Capacity + 5; i++)
        {
            log.Keep(Entry(i.ToString(CultureInfo.InvariantCulture), "1"));
        }

        var kept = log.Read(null);
        Assert.Equal(RequestLog.Capacity, kept.Count);
        Assert.Equal(("5", "1004"), (kept[0].RequestId, kept[^1].RequestId));
        Assert.Equal(["1003", "1004"], RequestLog.After(kept, "1002", 10).Select(one => one.RequestId));
        Assert.Equal(["1004"], RequestLog.After(kept, "1002", 1).Select(one => one.RequestId));
        Assert.Equal(RequestLog.Capacity, RequestLog.After(kept, "forgotten", RequestLog.Capacity).Count);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_long_request_is_cut(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var ids = Enumerable.Range(0, 40_000).Select(i => $"prospect-{i}").ToArray();

        await app.PostAsync("/v2/flows/prospects", new { crmProspectsIds = ids });
        await app.GetAsync($"/v2/flows?flowOwnerEmail={new string('x', 5000)}@example.com&{new string('y', 2500)}=1");
        await app.PostAsync("/v2/flows/prospects", Enumerable.Range(0, 500).ToDictionary(i => $"field{i}", i => i));

        var kept = await app.RecordedAsync();
        Assert.InRange(((string)kept[0]!["body"]!).Length, 16_000, Redaction.MaxBody + 1);
        Assert.InRange(((string)kept[1]!["query"]!).Length, 2000, 2100);
        Assert.InRange(kept[1]!["hints"]!.ToJsonString().Length, 1, 5000);
        Assert.Equal(20, kept[2]!["hints"]!.AsArray().Count);
    }

    [Theory, EveryDatabase]
    public async Task A_company_sees_only_its_own_requests_and_needs_the_scope_for_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Recording);
        var other = await app.HasTenantAsync("Globex");
        var (ours, theirs) = (await app.HasKeyAsync([Scopes.Manage]), await app.HasKeyAsync([Scopes.Manage], of: other));
        await app.ListAsync("ada");
        await app.PostAsync("/v2/flows/prospects", new { crmProspectsIds = new[] { "zoe" } }, other.Key);
        await app.SendAsync(HttpMethod.Get, "/v2/workspaces", null, credential: null);

        Assert.Contains("ada", Assert.Single(await app.RecordedAsync(ours))!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("zoe", Assert.Single(await app.RecordedAsync(theirs))!.ToJsonString(), StringComparison.Ordinal);
        (await app.GetAsync(Url)).ShouldRefuse(Forbidden, "You don't have permission to use 'sluice:manage' in your app.");
        Assert.Equal(Unauthorized, (await app.SendAsync(HttpMethod.Get, Url, null, credential: null)).Status);
        Assert.DoesNotContain(Scopes.Manage, Scopes.All);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Reading_the_log_counts_towards_no_limit_and_is_not_recorded(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Recording);
        var busy = await app.HasTenantAsync("Busy", limits: new CompanyLimits(1, 1));
        var key = await app.HasKeyAsync([Scopes.Manage], of: busy);
        for (var i = 0; i < 5; i++)
        {
            Assert.Empty(await app.RecordedAsync(key));
        }

        Assert.Equal(OK, (await app.CallAsync(Operations.ListWorkspaces, busy.Key)).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Without_the_option_serve_records_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var key = await app.HasKeyAsync([Scopes.Manage]);

        (await app.GetAsync(Url, key)).ShouldRefuse(NotFound, "Not Found");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_log_can_be_read_from_a_given_request_on(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var first = await app.ListAsync("ada");
        var second = await app.ListAsync("zoe");

        Assert.Equal(second.RequestId, (string?)Assert.Single(await app.RecordedAsync(query: $"?after={first.RequestId}"))!["requestId"]);
        Assert.Equal(second.RequestId, (string?)Assert.Single(await app.RecordedAsync(query: "?limit=1"))!["requestId"]);
        (await app.GetAsync(Url + "?limit=1001")).ShouldRefuse(BadRequest, "limit: should be a whole number from 1 to 1000");
    }

    /// <summary>Compares the headers too; only the requestId and the date may differ.</summary>
    [Theory, EveryProfile]
    public async Task Answers_are_the_same_bytes_whether_requests_are_recorded_or_not(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, Dev with { Profile = Profile.Find(profile)!, OverKestrel = true, KeepInMemory = false });
        await using var silent = await app.HasAnotherNodeAsync(options => options with { IsDev = false });
        await app.HasInstanceAsync("ada");
        var poor = await app.HasKeyAsync([]);
        Func<TestApp, Task<Reply>>[] calls =
        [
            one => one.ListAsync("ada"),
            one => one.ListAsync(),
            one => one.GetAsync($"/v2/flows?flowOwnerEmail={TestApp.RepEmail}"),
            one => one.GetAsync("/v2/flows?flowEmailOwner=x"),
            one => one.SendAsync(HttpMethod.Get, "/v2/flows", new StringContent("""{"flowOwnerEmail":1}""")),
            one => one.SendAsync(HttpMethod.Post, "/v2/flows/prospects", new StringContent("""{"crmProspectsIds":["ada"]}""")),
            one => one.PostTextAsync("/v2/flows/prospects", "{'"),
            one => one.PostTextAsync("/v2/flows/prospects", new string(' ', RequestBody.MaxBytes + 1)),
            one => one.GetAsync("/v2/flows/prospects"),
            one => one.GetAsync("/flows"),
            one => one.GetAsync("/v2/flows/"),
            one => one.GetAsync("/v2/workspaces", poor),
            one => one.SendAsync(HttpMethod.Get, "/v2/workspaces", null, credential: null),
            one => one.PostTextAsync("/v2/flows/steps", """{"flowIds":["1695493301223591000"]}"""),
            one => one.UploadAsync("?integrationId=1&objectType=LEAD&clientRequestId=a", "{}"),
        ];
        foreach (var call in calls)
        {
            Assert.Equal(Shown(await call(silent)), Shown(await call(app)));
        }

        Assert.Equal(calls.Length, (await app.RecordedAsync()).Count);
    }

    private static string Shown(Reply reply)
    {
        var headers = reply.Response.Headers.Concat(reply.Response.Content.Headers)
            .Where(header => header.Key is not ("Date" or "x-traceid" or "Content-Length"))
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}")
            .Order(StringComparer.Ordinal);
        var length = reply.Response.Content.Headers.ContentLength - reply.RequestId.Length;
        return $"{(int)reply.Status} {length}\n{string.Join('\n', headers)}\n{reply.Text.Replace(reply.RequestId, "", StringComparison.Ordinal)}";
    }

    private static RecordedRequest Entry(string requestId, string companyId) =>
        new(DateTimeOffset.UnixEpoch, "GET", "/", null, (int)HttpStatusCode.OK, 0, requestId, companyId, null, null, null, []);
}
