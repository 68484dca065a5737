using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Primitives;

public sealed class IdRaceTests
{
    /// <summary>The clock stands still, so all ids are made in the same millisecond, and they are more than one millisecond holds.</summary>
    [Fact]
    public async Task Two_nodes_and_all_their_threads_never_make_an_id_twice()
    {
        var clock = new ManualClock(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        var nodes = new[] { 1, 2 }.Select(node => new IdMaker(clock) { Range = new IdRange(node, clock.GetUtcNow(), clock.GetUtcNow().AddMinutes(1)) }).ToList();

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Enumerable.Range(0, 20_000).Select(_ => nodes[i % 2].Next()).ToList())));

        Assert.Equal(8 * 20_000, made.SelectMany(ids => ids).Distinct().Count());
        Assert.All(made, ids => Assert.Equal(ids.Order(), ids));
    }
}
