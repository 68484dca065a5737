using System.Data.Common;
using System.Globalization;
using Sluice.Engine.Instances;

namespace Sluice.Tests.Engine.Instances;

public sealed class EndInstancesTests
{
    /// <summary>Columns that differ between any two instances.</summary>
    private static readonly HashSet<string> OfOne =
    [
        "id", "crm_prospect_id", "prospect_id", "flow_id", "owner_id", "flow_instance_id", "step_id", "user_id", "sender_id", "sender_address", "recipient", "recipient_key",
        "message_id", "api_key_id", "request_id",
    ];

    /// <summary>A removal in bulk keeps these columns, because writing them would cost another index. The engine clears the due time later.</summary>
    private static readonly HashSet<string> OfDueWork = ["next_due_at", "lease_until", "fence"];

    [Theory, EveryDatabase]
    public async Task An_instance_that_is_unassigned_leaves_the_same_rows_as_one_that_is_finished(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        foreach (var (steps, acts) in ((string, string)[])[("call", ""), ("call", "pause"), ("mail call", ""), ("mail call", "pause"), ("call call+2d", "done"), ("call+9d", ""), ("mail", "reply")])
        {
            var (unassigned, finished) = (await LiveAsync(app, steps, acts), await LiveAsync(app, steps, acts));

            await unassigned.ActAsync("unassign");
            await finished.ActAsync("finish");

            Assert.Equal(await RowsAsync(app, finished, OfDueWork), await RowsAsync(app, unassigned, OfDueWork));
            await unassigned.DoAsync("200d");
            Assert.Equal(await RowsAsync(app, finished, ["fence"]), await RowsAsync(app, unassigned, ["fence"]));
        }
    }

    [Theory, EveryDatabase]
    public async Task A_removal_is_one_event_of_one_kind_also_if_an_older_server_stored_its_reason(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var scenario = await LiveAsync(app, "call", "finish");
        Assert.Equal(["assigned", "step_begun", "removed"], await HistoryAsync(scenario));

        await app.Db.ExecuteAsync($"update instance_events set kind = 'removed_manually' where kind = 'removed'", CancellationToken.None);

        Assert.Equal(["assigned", "step_begun", "removed"], await HistoryAsync(scenario));
    }

    [Fact]
    public void Every_other_end_is_an_event_named_by_its_reason()
    {
        Assert.Equal(InstanceEvent.Finished, EndInstances.EventOf(null));
        Assert.Equal("flow_deleted", EndInstances.EventOf(FinishReason.FlowDeleted));
    }

    private static async Task<ProspectScenario> LiveAsync(TestApp app, string steps, string acts)
    {
        var scenario = await ProspectScenario.BeginAsync(app, steps);
        await scenario.AssignAsync();
        await scenario.DoAsync(acts);
        return scenario;
    }

    private static async Task<List<string?>> HistoryAsync(ProspectScenario scenario) => [.. (await scenario.ExplainAsync())["history"]!.AsArray().Select(one => (string?)one!["type"])];

    private static async Task<List<string>> RowsAsync(TestApp app, ProspectScenario scenario, HashSet<string> except)
    {
        var id = long.Parse(scenario.Id, CultureInfo.InvariantCulture);
        return
        [
            .. await app.Db.QueryAsync($"select * from flow_instances where id = {id}", Read, CancellationToken.None),
            .. await app.Db.QueryAsync($"select * from todos where flow_instance_id = {id} order by id", Read, CancellationToken.None),
            .. await app.Db.QueryAsync($"select * from messages where flow_instance_id = {id} order by id", Read, CancellationToken.None),
            .. await app.Db.QueryAsync($"select * from instance_events where flow_instance_id = {id} order by id", Read, CancellationToken.None),
        ];

        string Read(DbDataReader row) => string.Join(" | ", Enumerable.Range(0, row.FieldCount)
            .Where(column => !OfOne.Contains(row.GetName(column)) && !except.Contains(row.GetName(column)))
            .Select(column => $"{row.GetName(column)} {row.GetValue(column)}"));
    }
}
