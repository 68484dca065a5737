using Sluice.Ids;

namespace Sluice.Tests.Ids;

public sealed class IdMakerTests
{
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task No_two_are_the_same_whoever_asks_and_though_the_clock_stands_still()
    {
        var ids = new IdMaker(_clock, 1);

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 20_000).Select(_ => ids.Next()).ToList())));

        Assert.Equal(160_000, made.SelectMany(some => some).Distinct().Count());
        Assert.All(made, some => Assert.Equal(some.Order(), some));
    }

    [Fact]
    public void Two_nodes_never_make_the_same()
    {
        var (one, other) = (new IdMaker(_clock, 1), new IdMaker(_clock, 2));

        Assert.Empty(Take(one, 10_000).Intersect(Take(other, 10_000)));
    }

    [Fact]
    public void A_clock_that_steps_back_makes_none_twice_and_none_smaller()
    {
        var ids = new IdMaker(_clock, 1);
        var before = Take(ids, 5_000);

        _clock.Jump(TimeSpan.FromHours(-1));
        var after = Take(ids, 5_000);

        Assert.True(after.Min() > before.Max());
    }

    [Theory]
    [InlineData(2026)]
    [InlineData(2050)]
    [InlineData(2088)]
    public void An_id_has_fifteen_to_nineteen_digits_and_is_positive(int year)
    {
        _clock.Jump(new DateTimeOffset(year, 12, 31, 0, 0, 0, TimeSpan.Zero) - _clock.GetUtcNow());

        Assert.InRange(new IdMaker(_clock, IdMaker.MaxNode).Next(), 100_000_000_000_000, long.MaxValue);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(IdMaker.MaxNode + 1)]
    public void A_node_has_a_number_of_ten_bits(int node) => Assert.Throws<ArgumentOutOfRangeException>(() => new IdMaker(_clock, node));

    private static List<long> Take(IdMaker ids, int count) => [.. Enumerable.Range(0, count).Select(_ => ids.Next())];
}
