using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Client;
using Sluice.Server.Dev.Faults;
using Sluice.Server.Dev.Requests;
using static Sluice.Tests.Client.ClientOf;

namespace Sluice.Tests.Client;

/// <summary>What the typed client repeats, and what it never repeats.</summary>
public sealed class ClientRetryTests
{
    private static readonly CrmId Ada = new("ada");

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_write_whose_answer_is_lost_is_done_once_by_its_key(Database database)
    {
        await using var app = await LosingAsync(database, 1);
        using var client = new SluiceClient(app.ClientOptions(options => options.BaseAddress = app.Address));

        var result = await client.AssignAsync(new FlowId($"{app.Tenant.Flow.Id}"), [Ada], TestApp.RepEmail);

        Assert.Equal(Ada, Assert.Single(result.Assigned).CrmProspectId);
        Assert.Equal(1, await InstancesAsync(app));
        await HeardAsync(app, "GET /openapi/sluice.json", "POST /v2/flows/prospects/assign", "POST /v2/flows/prospects/assign");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Without_keys_a_write_whose_answer_is_lost_is_sent_once_and_says_that_nobody_knows(Database database)
    {
        await using var app = await LosingAsync(database, 2);
        using var client = new SluiceClient(app.ClientOptions(options => options.BaseAddress = app.Address), new WithoutKeys());

        var assign = await Assert.ThrowsAsync<SluiceException>(() => client.AssignAsync(new FlowId($"{app.Tenant.Flow.Id}"), [Ada], TestApp.RepEmail));
        var delete = await Assert.ThrowsAsync<SluiceException>(() => client.DeleteCrmIntegrationAsync(new CrmIntegrationId("1"), "x"));

        Assert.All([assign, delete], fault => Assert.True(fault is { IsOutcomeUnknown: true, Status: null }));
        Assert.Equal(1, await InstancesAsync(app));
        await HeardAsync(app, "DELETE /v2/crm/integrations", "POST /v2/flows/prospects/assign");
    }

    /// <summary>.NET itself sends a request without a body again if the connection closes before the answer, whatever its method.</summary>
    [Fact]
    public async Task A_write_that_needs_no_body_is_sent_once_when_the_connection_closes()
    {
        await using var server = new AnswerServer("");
        using var client = new SluiceClient(new SluiceOptions { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"), BearerToken = "t", IdempotencyKeys = IdempotencyKeys.Unknown });

        var fault = await Assert.ThrowsAsync<SluiceException>(() => client.DeleteCrmIntegrationAsync(new CrmIntegrationId("1"), "x"));

        Assert.True(fault.IsOutcomeUnknown);
        Assert.Single(server.Heard, line => line.StartsWith("DELETE ", StringComparison.Ordinal));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task AssignSafely_lists_after_a_lost_answer_and_sends_only_the_others(Database database)
    {
        await using var app = await LosingAsync(database, 1);
        await app.HasProspectAsync("out", optedOut: true);
        using var client = new SluiceClient(app.ClientOptions(options => (options.BaseAddress, options.AssignBatchSize) = (app.Address, 2)), new WithoutKeys());

        var result = await client.AssignSafelyAsync(new FlowId($"{app.Tenant.Flow.Id}"), [Ada, new CrmId("out"), new CrmId("bob")], TestApp.RepEmail);

        Assert.Equal([Ada, new CrmId("bob")], result.Assigned.Select(one => one.CrmProspectId));
        Assert.Equal([Ada], result.FoundAfterLostAnswer);
        Assert.Equal("Prospect opted out", Assert.Single(result.NotAssigned).ErrorMessage);
        Assert.Empty(result.Failed);
        Assert.Equal(2, await InstancesAsync(app));
        const string Assign = "POST /v2/flows/prospects/assign";
        await HeardAsync(app, "POST /v2/flows/prospects", Assign, Assign, Assign);
    }

    [Fact]
    public async Task A_read_is_repeated_and_a_write_is_not_when_the_server_fails()
    {
        var (client, server) = Of(_ => Answer("<html>", HttpStatusCode.BadGateway));

        await Assert.ThrowsAsync<SluiceException>(() => client.ListWorkspacesAsync());
        Assert.Equal(4, server.Heard.Count);
        server.Heard.Clear();
        Assert.True((await Assert.ThrowsAsync<SluiceException>(() => client.UnassignAsync(Ada))).IsOutcomeUnknown);
        Assert.Single(server.Heard, call => call.Call.StartsWith("POST", StringComparison.Ordinal)); // The others ask for keys.
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3600, false)]
    public async Task A_rate_limit_is_waited_for_up_to_a_limit(int seconds, bool isWaitedFor)
    {
        var left = 1;
        var clock = new JumpingClock();
        var (client, server) = Of(_ => left-- > 0 ? Limited(seconds) : Answer("""{"unassignedFlowInstanceIds":["7"]}"""), options => options.TimeProvider = clock);

        var call = client.UnassignAsync([new FlowInstanceId("7")]);

        Assert.Equal(isWaitedFor ? null : TimeSpan.FromHours(1), (await Record.ExceptionAsync(() => call) as SluiceException)?.RetryAfter);
        Assert.Equal(isWaitedFor ? 2 : 1, server.Heard.Count);
        Assert.Equal(isWaitedFor ? [TimeSpan.FromSeconds(2)] : [], clock.Waits);
    }

    [Fact]
    public async Task A_long_list_is_cut_and_says_what_failed_and_what_was_not_sent()
    {
        var calls = 0;
        var (client, server) = Of(
            request => request.Method == HttpMethod.Get || ++calls == 2 ? Answer("{}", HttpStatusCode.NotFound) : Answer($$"""{"requestId":"r{{calls}}","unassignedFlowInstanceIds":["{{calls}}"]}"""));

        var result = await client.UnassignAsync(Enumerable.Range(1, 450).Select(id => new FlowInstanceId($"{id}")));

        Assert.Equal([new FlowInstanceId("1")], result.Unassigned);
        Assert.Equal([("201", 200, true), ("401", 50, false)], result.Failed.Select(batch => ($"{batch.Ids[0]}", batch.Ids.Count, batch.WasSent)));
        Assert.Equal(2, server.Heard.Count);
    }

    [Fact]
    public async Task A_key_can_be_replaced_without_a_new_client()
    {
        var credentials = new SluiceBearerToken("old");
        AuthenticationHeaderValue? sent = null;
        var (client, _) = Of(
            request =>
            {
                sent = request.Headers.Authorization;
                return Answer("{}");
            },
            options => (options.BearerToken, options.Credentials) = (null, credentials));

        credentials.Replace("new");
        await client.ListWorkspacesAsync();

        Assert.Equal("new", sent!.Parameter);
    }

    private static HttpResponseMessage Limited(int seconds)
    {
        var answer = Answer("""{"errors":["API request limit exceeded"]}""", HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        return answer;
    }

    /// <summary>A server that loses the answers to the next writes, and a company that creates unknown prospects.</summary>
    private static async Task<TestApp> LosingAsync(Database database, int times)
    {
        var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, OverKestrel = true });
        await app.HasSettingsAsync(company => company with { Admission = company.Admission with { CreateUnknownProspects = true } });
        app.Services.GetRequiredService<PlannedFaults>().Add(app.Tenant.Id, new PlannedFault("/v2", times, null, null, null, Lost: true));
        return app;
    }

    /// <summary>Holds that the server has heard exactly these calls. A call whose answer is lost is recorded a moment after its client knows of the loss.</summary>
    private static async Task HeardAsync(TestApp app, params string[] calls)
    {
        var log = app.Services.GetRequiredService<RequestLog>();
        await Eventually.UntilAsync(() => log.Read(null).Count >= calls.Length);
        Assert.Equal(calls, log.Read(null).Select(request => $"{request.Method} {request.Path}").Order(StringComparer.Ordinal));
    }

    private static async Task<int> InstancesAsync(TestApp app) => (await app.Db.QueryAsync($"select id from flow_instances", row => row.GetInt64(0), CancellationToken.None)).Count;

    /// <summary>Lets a server look as if it knew no keys, like the original.</summary>
    private sealed class WithoutKeys() : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Remove("Idempotency-Key");
            return request.RequestUri!.AbsolutePath.StartsWith("/openapi", StringComparison.Ordinal)
                ? Task.FromResult(Answer("""{"errors":["Not Found"]}""", HttpStatusCode.NotFound))
                : base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>A clock on which each wait is over at once.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(100);

        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout)
            {
                return System.CreateTimer(callback, state, dueTime, period);
            }

            Waits.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
