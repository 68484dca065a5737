using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Primitives;

public sealed class RequestIdTests
{
    [Fact]
    public void It_is_eighteen_or_nineteen_characters_of_base_36_and_never_the_same()
    {
        var ids = Enumerable.Range(0, 20_000).Select(_ => RequestId.New()).ToList();

        Assert.All(ids, id => Assert.Matches("^[0-9a-z]{18,19}$", id));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void All_its_bits_are_random()
    {
        // Of 96 bits the last digit tells the lowest and the first of nineteen the highest: both must take every value they can.
        var ids = Enumerable.Range(0, 20_000).Select(_ => RequestId.New()).ToList();

        Assert.Equal(36, ids.Select(id => id[^1]).Distinct().Count());
        Assert.Equal(36, ids.Select(id => id[^10]).Distinct().Count());
        Assert.Equal(['1', '2', '3', '4', '5', '6', '7'], ids.Where(id => id.Length == 19).Select(id => id[0]).Distinct().Order());
    }
}
