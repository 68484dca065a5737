using Npgsql;
using Sluice.Engine.Instances;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Storage;

/// <summary>Cuts one of two nodes off from the database for longer than its time-outs. What the node has sent arrives afterwards.</summary>
[Slow]
public sealed class NetworkCutTests
{
    private const string OurFault = "Internal server error occurred";

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_node_that_is_cut_off_tells_its_callers_and_recovers_by_itself(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        using var network = new ConnectionCutter(new NpgsqlConnectionStringBuilder(app.Connection).Host!);
        await using var node = await app.HasAnotherNodeAsync(options => options with
        {
            Database = new TestDatabase($"{app.Connection};Host=127.0.0.1;Port={network.Port};Max Auto Prepare=0;Timeout=1;Command Timeout=1", () => Task.CompletedTask),
        });
        var ids = await app.HasInstancesAsync(40);
        Assert.Equal(OK, (await node.ListAsync("p0")).Status);

        var underWay = ids[..20].ConvertAll(id => node.UnassignAsync(id));
        await underWay[0]; // Some removals are done, some are at their commit, some have not begun.
        network.HoldBack();
        var refused = new[] { node.ListAsync("p30"), node.UnassignAsync(ids[30]), node.UnassignAsync(ids[31]) };
        (await node.GetAsync("/ready")).ShouldRefuse(ServiceUnavailable, "The database does not answer");
        foreach (var reply in await Task.WhenAll(refused))
        {
            reply.ShouldRefuse(InternalServerError, OurFault);
            Assert.Contains(node.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(reply.RequestId, StringComparison.Ordinal));
        }

        var told = await Task.WhenAll(underWay);
        var elsewhere = await Task.WhenAll(ids.Select(id => app.UnassignAsync(id))); // PostgreSQL has released the locks of the cut-off node by now.
        network.LetThrough();
        await TestApp.EventuallyAsync(() => node.ListAsync("p0"), reply => reply.Status == OK);
        await TestApp.EventuallyAsync(() => node.UnassignAsync(ids), reply => reply.Status == OK && reply.Json["unassignedFlowInstanceIds"]!.AsArray().Count == 0);

        Assert.All(told, reply => Assert.True(reply.Status is OK or InternalServerError, $"{reply.Status}"));
        Assert.All(elsewhere, reply => Assert.Equal(OK, reply.Status));
        var answered = told.Concat(elsewhere).Where(reply => reply.Status == OK).SelectMany(reply => reply.Json["unassignedFlowInstanceIds"]!.AsArray()).Select(id => (string)id!).ToList();
        Assert.Equal(answered.Count, answered.Distinct().Count());
        Assert.Equal(Enumerable.Repeat(1L, 40), await RemovalsAsync(app));
    }

    /// <summary>Counts the removals of each instance.</summary>
    private static Task<List<long>> RemovalsAsync(TestApp app) => app.Db.QueryAsync(
        $"select count(*) from instance_events where kind = {InstanceEvent.Removed} group by flow_instance_id", row => row.GetInt64(0), CancellationToken.None);
}
