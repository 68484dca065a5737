using Sluice.Engine.Instances;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Instances;

/// <summary>Many callers unassign the same flow instances at once. Each instance is removed exactly once, for exactly one caller.</summary>
[Slow]
public sealed class UnassignRaceTests
{
    [Theory, EveryDatabase]
    public Task Two_callers_with_the_same_200_ids_remove_each_once(Database database) => RaceAsync(database, callers: 2, rounds: 3);

    [Theory, EveryDatabase]
    public Task Fifty_callers_with_the_same_200_ids_remove_each_once(Database database) => RaceAsync(database, callers: 50, rounds: 2);

    [Theory, EveryDatabase]
    public async Task Callers_whose_ids_overlap_remove_each_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { KeepInMemory = false });
        await using var other = await app.HasAnotherNodeAsync();
        var ids = await app.HasInstancesAsync(300);
        var random = new Random(2);

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => (i % 2 == 0 ? app : other).UnassignAsync(Shuffled(ids, random).Take(100)))));

        var removed = replies.SelectMany(RemovedIds).ToList();
        Assert.Equal(removed.Count, removed.Distinct().Count());
        await ShouldBeRemovedAsync(app, removed);
    }

    [Theory, EveryDatabase]
    public async Task Unassigning_by_instance_and_by_prospect_at_once_removes_an_instance_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ids = await app.HasInstancesAsync(40);

        var replies = await Task.WhenAll(
            ids.Index().SelectMany(one => new[]
            {
                Task.Run(() => app.PostAsync("/v2/flows/prospects/unassign-flows-by-crm-id", new { crmProspectId = $"p{one.Index}" })),
                Task.Run(() => app.UnassignAsync(one.Item)),
            }));

        Assert.Equal(ids.Order(), replies.SelectMany(RemovedIds).Order());
        await ShouldBeRemovedAsync(app, ids);
    }

    private static async Task RaceAsync(Database database, int callers, int rounds)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { KeepInMemory = false });
        await using var other = await app.HasAnotherNodeAsync();
        var all = new List<long>();
        var random = new Random(callers);
        for (var round = 0; round < rounds; round++)
        {
            var ids = await app.HasInstancesAsync(200, $"{round}-");
            all.AddRange(ids);

            var replies = await Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(() => (i % 2 == 0 ? app : other).UnassignAsync(Shuffled(ids, random)))));

            Assert.All(replies, reply => Assert.Equal(OK, reply.Status));
            Assert.Equal(ids.Order(), replies.SelectMany(RemovedIds).Order());
        }

        await ShouldBeRemovedAsync(app, all);
        Assert.DoesNotContain(app.Logs.Lines.Concat(other.Logs.Lines), line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static async Task ShouldBeRemovedAsync(TestApp app, List<long> ids)
    {
        var closed = await app.Db.QueryAsync($"select id from flow_instances where status = {(int)InstanceStatus.Finished}", row => row.GetInt64(0), CancellationToken.None);
        var noted = await app.Db.QueryAsync($"select flow_instance_id from instance_events where kind = {InstanceEvent.Removed}", row => row.GetInt64(0), CancellationToken.None);
        Assert.Equal(ids.Order(), closed.Order());
        Assert.Equal(ids.Order(), noted.Order());
    }

    private static IEnumerable<long> RemovedIds(Reply reply) =>
        reply.Json["unassignedFlowInstanceIds"]!.AsArray().Select(id => long.Parse((string)id!, System.Globalization.CultureInfo.InvariantCulture));

    private static long[] Shuffled(List<long> ids, Random random)
    {
        var shuffled = ids.ToArray();
        lock (random)
        {
            random.Shuffle(shuffled);
        }

        return shuffled;
    }
}
