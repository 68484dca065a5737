using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Engine.Scheduling;

/// <summary>No id is ever made twice, whatever happens to the nodes that make ids.</summary>
public sealed class NodeTests
{
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    [Theory, EveryDatabase]
    public async Task Nodes_that_start_at_once_get_different_numbers(Database database)
    {
        await using var test = await NodeTest.StartAsync(database, _clock);

        var ranges = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => test.TakeAsync())));

        Assert.Equal(20, ranges.DistinctBy(range => range.Node).Count());
        Assert.All(ranges, range => Assert.InRange(range.Node, 1, IdRange.MaxNode));
    }

    [Theory, EveryDatabase]
    public async Task A_node_number_is_leased_again_only_for_later_times(Database database)
    {
        await using var test = await NodeTest.StartAsync(database, _clock);
        await test.LeaveOnlyAsync(number: 1);
        var first = await test.TakeAsync();

        _clock.Jump(TimeSpan.FromHours(-1)); // Same as if the next node's clock were an hour behind.
        var second = await test.TakeAsync();

        Assert.Equal((first.Node, first.Until), (second.Node, second.Until - NodeStore.Length));
        Assert.Empty(Take(first, 100_000).Intersect(Take(second, 100_000)));
    }

    [Theory, EveryDatabase]
    public async Task A_node_whose_number_was_leased_to_another_node_takes_a_new_one(Database database)
    {
        await using var test = await NodeTest.StartAsync(database, _clock);
        await test.LeaveOnlyAsync(number: 1);
        var ids = new IdMaker(_clock);
        using var node = test.Node(ids);
        await node.BeginAsync(CancellationToken.None);
        var before = ids.Next();

        _clock.Advance(TimeSpan.FromHours(1));
        var other = await test.TakeAsync();
        var meanwhile = ids.Next(); // The node does not know yet that it lost its number.
        await test.LeaveOnlyAsync(number: 2);
        await node.RenewAsync(CancellationToken.None);

        Assert.Equal(1, other.Node);
        Assert.Equal(2, ids.Range!.Node);
        Assert.Equal(4, new[] { before, meanwhile, other.Next(_clock.GetUtcNow()), ids.Next() }.Distinct().Count());
    }

    [Theory, EveryDatabase]
    public async Task A_node_that_renews_its_lease_keeps_its_number_and_its_ids_follow_the_clock(Database database)
    {
        await using var test = await NodeTest.StartAsync(database, _clock);
        var ids = new IdMaker(_clock);
        using var node = test.Node(ids);
        await node.BeginAsync(CancellationToken.None);
        var number = ids.Range!.Node;

        for (var hour = 0; hour < 24; hour++)
        {
            _clock.Advance(TimeSpan.FromHours(1));
            await node.RenewAsync(CancellationToken.None);
            Assert.Equal(IdRange.MakeIdAt(_clock.GetUtcNow(), number, 0), ids.Next());
        }
    }

    [Theory, EveryDatabase]
    public async Task A_cli_command_that_runs_for_an_hour_does_not_run_out_of_ids(Database database)
    {
        await using var test = await NodeTest.StartAsync(database, _clock);
        var ids = await test.TakeForVerbAsync();
        var before = ids.Next();

        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(before + 1, ids.Next());
    }

    private List<long> Take(IdRange range, int count) => [.. Enumerable.Range(0, count).Select(_ => range.Next(_clock.GetUtcNow()))];

    private sealed class NodeTest(TestDatabase database, ManualClock clock) : IAsyncDisposable
    {
        public static async Task<NodeTest> StartAsync(Database kind, ManualClock clock)
        {
            var database = await TestDatabase.CreateAsync(kind);
            await Migrator.UpgradeAsync(database.Db, clock, CancellationToken.None);
            return new NodeTest(database, clock);
        }

        public Task<IdRange> TakeAsync() => new NodeStore(database.Db).LeaseAsync(clock.GetUtcNow(), CancellationToken.None);

        public Task<IdMaker> TakeForVerbAsync() => CommonOptions.LeaseIdsAsync(database.Db, clock, CancellationToken.None);

        public NodeLease Node(IdMaker ids) => new(database.Db, ids, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<NodeLease>.Instance);

        /// <summary>Leaves only this node number free: all others are in use until 2080.</summary>
        public Task<int> LeaveOnlyAsync(int number) => database.Db.ExecuteAsync(
            $"update nodes set ids_until = case when number = {number} then 0 else {new DateTimeOffset(2080, 1, 1, 0, 0, 0, TimeSpan.Zero)} end", CancellationToken.None);

        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}
