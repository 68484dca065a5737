using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Tests.Server.Api.Manage.Events;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Reports;

/// <summary>What reports add up, by what they can be grouped, and what they refuse.</summary>
public sealed class ReportTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, EveryDatabase]
    public async Task Counts_are_added_up_by_flow_owner_step_day_and_week(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (key, other) = (await app.HasManageKeyAsync(), await app.HasUserAsync("other@example.com"));
        var flow = app.Tenant.Flow;
        await HasAsync(app, 10, flow.Id, other.Id, sent: 3);
        await HasAsync(app, 3, flow.Id, app.Tenant.User.Id, sent: 40, replied: 4, bounced: 1);
        await HasAsync(app, 0, 0, app.Tenant.User.Id, tasks: 2);

        var byFlow = (await app.GetAsync("/sluice/v1/reports", key)).Json;
        var ofFlow = byFlow["rows"]!.AsArray().Single(row => row!["flowId"] is not null)!;
        Assert.Equal((43L, 4L, flow.Name), ((long)ofFlow["sent"]!, (long)ofFlow["replied"]!, (string)ofFlow["flowName"]!));
        Assert.Equal(4 / 43.0, (double)ofFlow["replyRate"]!["rate"]!, 1e-4);
        Assert.Equal((43L, 2L), ((long)byFlow["total"]!["sent"]!, (long)byFlow["total"]!["tasksDone"]!));
        Assert.Equal([null, "other@example.com", TestApp.RepEmail], new[] { (string?)null }.Concat((await RowsAsync("by=owner&flowId=" + WireId.Write(flow.Id))).Select(row => (string?)row["owner"])).Order(StringComparer.Ordinal));
        Assert.Equal([3L], (await RowsAsync("owner=other@example.com")).Select(row => (long)row["sent"]!));
        Assert.Null((await RowsAsync("owner=other@example.com")).Single()["replyRate"]); // Of three mails there is no rate.
        Assert.Equal(3, (await RowsAsync("by=day")).Count);
        Assert.All(await RowsAsync("by=week"), row => Assert.Equal(DayOfWeek.Monday, DateOnly.Parse((string)row["week"]!, CultureInfo.InvariantCulture).DayOfWeek));
        Assert.Equal(2, (await RowsAsync($"by=day&from={Day(app, 9)}")).Count);
        Assert.Equal([40L], (await RowsAsync($"from={Day(app, 5)}&to={Day(app, 1)}")).Select(row => (long)row["sent"]!));
        var lines = ((string)(await app.GetAsync("/sluice/v1/reports/export?by=flow,owner", key)).Json["csv"]!).Split("\r\n");
        Assert.StartsWith("flowId,flowName,owner,assigned,entered,done,sent,replied,", lines[0], StringComparison.Ordinal);
        Assert.Equal(5, lines.Length);
        foreach (var (query, fault) in new[] { ("by=person", "by:"), ("by=day,week", "by:"), ("from=soon", "from:"), ("to=2026-13-01", "to:"), ($"from={Day(app, 0)}&to={Day(app, 1)}", "from:"), ("flowId=x", "flowId") })
        {
            var reply = await app.GetAsync($"/sluice/v1/reports?{query}", key);
            Assert.Equal((query, BadRequest, true), (query, reply.Status, reply.Text.Contains(fault, StringComparison.Ordinal)));
        }

        async Task<List<JsonNode>> RowsAsync(string query)
        {
            var reply = await app.GetAsync($"/sluice/v1/reports?{query}", key);
            Assert.True(reply.Status == OK, reply.Text);
            return [.. reply.Json["rows"]!.AsArray().Select(row => row!)];
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_company_sees_its_own_numbers_only(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var other = await app.HasTenantAsync("Globex");
        await HasAsync(app, 0, app.Tenant.Flow.Id, app.Tenant.User.Id, sent: 7);

        var theirs = (await app.GetAsync($"/sluice/v1/reports?by=day&flowId={WireId.Write(app.Tenant.Flow.Id)}", await app.HasManageKeyAsync(other))).Json;

        Assert.Empty(theirs["rows"]!.AsArray());
        Assert.Equal((0L, null), ((long)theirs["total"]!["sent"]!, theirs["countedSince"]));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_command_tells_right_counts_from_wrong_ones_by_its_exit_code(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await app.HasProspectWithEmailAsync("ada");
        await app.AssignAsync(await app.HasMailFlowAsync(), "ada");
        await app.RunAsync();
        await EventScenario.SettleAsync(app, app.Tenant);
        var key = await app.HasManageKeyAsync();
        string[] At(params string[] words) => ["reports", .. words, "--base-url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret];

        var right = await CommandLine.RunAsync(At("verify"));
        await app.Db.ExecuteAsync($"update event_counts set sent = sent + 5 where sent > 0", None);
        await app.Db.ExecuteAsync($"update open_counts set instances = instances + 2 where instances > 0", None);
        var wrong = await CommandLine.RunAsync(At("verify"));

        Assert.Equal((ExitCode.Done, ExitCode.Refused), (right.Code, wrong.Code));
        Assert.Contains("the counts are right", right.Output, StringComparison.Ordinal);
        Assert.Contains("sent 6 instead of 1", wrong.Output, StringComparison.Ordinal);
        Assert.Matches("step [12], (Pending|Running): 3 shown instead of 1", wrong.Output);
    }

    private static string Day(TestApp app, int ago) => Days.Write(Days.Of(app.Clock.GetUtcNow(), Zones.FindOrUtc(TestApp.LosAngeles)) - ago);

    private static Task HasAsync(TestApp app, int daysAgo, long flowId, long ownerId, int sent = 0, int replied = 0, int bounced = 0, int tasks = 0)
    {
        var counts = new EventCounts { [Counter.Sent] = sent, [Counter.Replied] = replied, [Counter.Bounced] = bounced, [Counter.TasksDone] = tasks };
        var key = new CountKey(Days.Of(app.Clock.GetUtcNow(), Zones.FindOrUtc(TestApp.LosAngeles)) - daysAgo, flowId, 1, ownerId);
        return app.Db.InTransactionAsync(tx => new CountStore(tx).AddAsync(app.Tenant.Id, new() { [key] = counts }, None), None);
    }
}
