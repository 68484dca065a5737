using System.Collections.Concurrent;
using System.Diagnostics;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Http;

/// <summary>Tests the requestId in the log and the trace. Every test checks for every reply that body and header agree.</summary>
public sealed class RequestIdTests
{
    [Theory, EveryDatabase]
    [Wire(All, "rec", "Every answer has a requestId, which is also in the header x-traceid, the log and the trace")]
    [Wire(All, "rec", "A bug of Sluice: 500 with one sentence; the log has the details under the requestId, the body does not", Refusal = true)]
    public async Task A_failure_is_in_the_log_under_its_requestId_and_not_in_the_body(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.Db.ExecuteAsync($"drop table workspaces", CancellationToken.None);

        var reply = await app.GetAsync("/v2/workspaces");

        reply.ShouldBeExactly(InternalServerError, """{"errors":["Internal server error occurred"]}""");
        var fields = Assert.Single(app.Logs.Fields, fields => fields.Contains(new("RequestId", reply.RequestId)));
        Assert.Contains(new("Path", "/v2/workspaces"), fields.Select(field => KeyValuePair.Create(field.Key, field.Value?.ToString())));
        Assert.Contains("workspaces", Assert.Single(app.Logs.Lines, line => line.Contains(reply.RequestId, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    [Wire(All, "inf", "The trace of a request has the requestId as an attribute, also if the request is refused")]
    public async Task The_trace_of_a_request_has_its_id(Database database)
    {
        var traced = new ConcurrentBag<(string? RequestId, string? Path)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => traced.Add(((string?)activity.GetTagItem("requestId"), (string?)activity.GetTagItem("url.path"))),
        };
        ActivitySource.AddActivityListener(listener);
        string good, unknown, stranger;
        await using (var app = await TestApp.StartAsync(database, overKestrel: true))
        {
            good = (await app.GetAsync("/v2/workspaces")).RequestId;
            unknown = (await app.GetAsync("/v2/nothing")).RequestId;
            stranger = (await app.SendAsync(HttpMethod.Get, "/v2/workspaces", null, credential: null)).RequestId;
        } // An activity ends after its answer was sent, but before the server has stopped.

        foreach (var requestId in (string[])[good, unknown, stranger])
        {
            Assert.Single(traced, one => one.RequestId == requestId);
        }
    }

    [Theory, EveryDatabase]
    [Wire(All, "seed", "No requestId occurs twice")]
    public async Task No_two_answers_have_the_same_id(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => app.ListAsync("nobody")));

        Assert.Equal(100, replies.Select(reply => reply.RequestId).Distinct().Count());
    }
}
