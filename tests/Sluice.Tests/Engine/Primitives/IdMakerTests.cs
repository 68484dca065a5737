using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Primitives;

public sealed class IdMakerTests
{
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Many_threads_never_get_the_same_id_although_the_clock_stands_still()
    {
        var ids = Maker(node: 1);

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Take(ids, 20_000))));

        Assert.Equal(160_000, made.SelectMany(some => some).Distinct().Count());
        Assert.All(made, some => Assert.Equal(some.Order(), some));
    }

    [Fact]
    public void Two_nodes_never_make_the_same_id()
    {
        var (one, other) = (Maker(node: 1), Maker(node: 2));

        Assert.Empty(Take(one, 10_000).Intersect(Take(other, 10_000)));
    }

    [Fact]
    public void After_the_clock_steps_back_no_id_is_repeated_and_none_is_smaller()
    {
        var ids = Maker(node: 1);
        var before = Take(ids, 5_000);

        _clock.Jump(TimeSpan.FromHours(-1));
        var after = Take(ids, 5_000);

        Assert.True(after.Min() > before.Max());
    }

    /// <summary>This happens after the process was suspended, or if its clock is ahead.</summary>
    [Fact]
    public void With_a_clock_past_the_end_of_its_range_a_node_makes_no_id_of_the_next_range()
    {
        var (ids, next) = (Maker(node: 1), Maker(node: 1, from: TimeSpan.FromMinutes(1)));
        var before = Take(ids, 10);

        _clock.Jump(TimeSpan.FromMinutes(1));
        var after = Take(ids, 10_000);

        Assert.Equal(before.Concat(after).Order(), before.Concat(after));
        Assert.True(after.Max() < Take(next, 1).Single());
    }

    [Fact]
    public void A_range_that_is_used_up_makes_no_id_until_it_is_extended()
    {
        var range = new IdRange(1, _clock.GetUtcNow(), _clock.GetUtcNow().AddMilliseconds(1));
        var ids = new IdMaker(_clock) { Range = range };
        var before = Take(ids, 4_096);

        Assert.Throws<InvalidOperationException>(() => ids.Next());
        range.Extend(_clock.GetUtcNow().AddMilliseconds(2));

        Assert.True(ids.Next() > before.Max());
    }

    [Theory]
    [InlineData(2026)]
    [InlineData(2050)]
    [InlineData(2088)]
    public void An_id_has_fifteen_to_nineteen_digits_and_is_positive(int year)
    {
        _clock.Jump(new DateTimeOffset(year, 12, 31, 0, 0, 0, TimeSpan.Zero) - _clock.GetUtcNow());

        Assert.InRange(Maker(IdRange.MaxNode).Next(), 100_000_000_000_000, long.MaxValue);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(IdRange.MaxNode + 1)]
    public void A_node_has_a_number_of_ten_bits(int node) => Assert.Throws<ArgumentOutOfRangeException>(() => Maker(node));

    private IdMaker Maker(int node, TimeSpan from = default)
    {
        var start = _clock.GetUtcNow() + from;
        return new IdMaker(_clock) { Range = new IdRange(node, start, start.AddMinutes(1)) };
    }

    private static List<long> Take(IdMaker ids, int count) => [.. Enumerable.Range(0, count).Select(_ => ids.Next())];
}
