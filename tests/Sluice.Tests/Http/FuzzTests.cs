using System.Text;
using System.Text.RegularExpressions;
using Sluice.FlowInstances;

namespace Sluice.Tests.Http;

/// <summary>
/// Thousands of good bodies gone bad, against every route that takes one: none is ever our fault, and a refused one has changed nothing.
/// The same seed breaks them in the same way; a failure names the body.
/// </summary>
public sealed partial class FuzzTests
{
    private const int Bodies = 600;

    private static readonly string[] Values =
    [
        "", "null", "true", "0", "-1", "1.5", "1e400", "9223372036854775808", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"'; drop table flows; --\"", "\"a@b\"", "[]", "{}", "[[]]", "[null]", "[1,1]", "{\"a\":{}}",
        "[", "]", "{", "}", ":", ",", "\"", "\\", "/**/", "\u0001", "\ufeff", "\"2026-01-01T00:00:00Z\"", "\"-999999999-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.999-18:00\"",
    ];

    [Theory, EveryDatabase]
    public async Task A_broken_body_is_never_a_500_and_changes_nothing_when_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var seeds = await SeedsAsync(app);
        var before = await app.Db.DumpAsync("flow_instances", "instance_events", "recent_assignments", "assignment_terms");
        var instances = (await HistoryAsync(app)).Instances;
        var random = new Random(4664);
        var answered = new HashSet<string>();
        var (accepted, refused) = (0, 0);

        foreach (var route in BodyRoutes.Of(app))
        {
            for (var i = 0; i < Bodies; i++)
            {
                var body = Mutate(seeds[random.Next(seeds.Count)], random);
                var reply = await app.SendAsync(HttpMethod.Post, route, Content(body));
                Assert.True((int)reply.Status is 200 or 400 or 404 or 409, $"{route} {(int)reply.Status} {reply.Body} for {body}");
                _ = (int)reply.Status == 200 ? accepted++ : refused++;
                _ = (int)reply.Status == 200 && answered.Add(reply.RequestId);
            }
        }

        // Everything a request does is in the history under its requestId, so a refused one that did something would show there.
        var history = await HistoryAsync(app);
        Assert.All(history.Events, one => Assert.Contains(one.RequestId, answered));
        Assert.Equal(history.Instances - instances, history.Events.Count(one => one.Kind == InstanceEvent.Assigned));
        Assert.Equal(history.Finished, history.Events.Count(one => one.Kind == InstanceEvent.Removed));
        Assert.Equal(before, await app.Db.DumpAsync("flow_instances", "instance_events", "recent_assignments", "assignment_terms"));
        Assert.True(accepted > 100 && refused > accepted, $"{accepted} accepted, {refused} refused: too tame or too wild to say anything");
    }

    /// <summary>Bodies that each of the routes would take.</summary>
    private static async Task<List<string>> SeedsAsync(TestApp app)
    {
        var ids = (await app.HasInstancesAsync(20)).ConvertAll(id => $"\"{id}\"");
        var crmIds = (await app.HasProspectsAsync(20, "q")).ConvertAll(prospect => $"\"{prospect.CrmId}\"");
        var (flow, some, others) = (app.Tenant.Flow.Id, string.Join(",", ids), string.Join(",", crmIds));
        return
        [
            $$$"""{"crmProspectsIds":["p1","p2",3]}""",
            $$$"""{"flowInstanceIds":[{{{some}}}],"unassignedByUserEmail":"rep@example.com"}""",
            $$$"""{"flowInstanceIds":[{{{ids[3]}}}]}""",
            $$$"""{"crmProspectId":"p4","flowId":"{{{flow}}}"}""",
            $$$"""{"crmProspectsIds":[{{{others}}}],"flowId":"{{{flow}}}","flowInstanceOwnerEmail":"rep@example.com","overrides":{"coolOffOverride":true,"steps":[{"number":1,"subject":"s","body":"<b>b</b>"}],"flowInstanceVariables":[{"name":"n","value":"v"}]}}""",
            $$$"""{"flowIds":["{{{flow}}}"],"cursor":"x"}""",
            $$$"""{"filter":{"createdFromDateTime":"2019-01-20T00:00:00-08:00","createdToDateTime":"2030-01-01T00:00:00Z","userIds":["{{{app.Tenant.User.Id}}}"]}}""",
        ];
    }

    /// <summary>One to three changes, of words or of single bytes.</summary>
    private static byte[] Mutate(string body, Random random)
    {
        for (var times = random.Next(0, 3); times > 0; times--)
        {
            var tokens = Token().Matches(body);
            var (token, value) = (tokens[random.Next(tokens.Count)], Values[random.Next(Values.Length)]);
            body = random.Next(4) == 0
                ? body.Insert(token.Index, token.Value) // Said twice.
                : string.Concat(body.AsSpan(0, token.Index), value, body.AsSpan(token.Index + token.Length));
        }

        var bytes = Encoding.UTF8.GetBytes(body);
        if (random.Next(3) == 0 && bytes.Length > 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(20) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }

    private static ByteArrayContent Content(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        return content;
    }

    private static async Task<(long Instances, long Finished, List<(string Kind, string RequestId)> Events)> HistoryAsync(TestApp app)
    {
        var counts = await app.Db.QueryAsync(
            $"select count(*), coalesce(sum(case when status >= 3 then 1 else 0 end), 0) from flow_instances", row => (row.GetInt64(0), row.GetInt64(1)), CancellationToken.None);
        var events = await app.Db.QueryAsync($"select kind, request_id from instance_events", row => (row.GetString(0), row.GetString(1)), CancellationToken.None);
        return (counts[0].Item1, counts[0].Item2, events);
    }

    [GeneratedRegex("\"[^\"]*\"|[\\[\\]{}:,]|[^\\s\"\\[\\]{}:,]+")]
    private static partial Regex Token();
}
