using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Primitives;

public sealed class RequestIdTests
{
    [Fact]
    public void A_request_id_has_eighteen_or_nineteen_characters_of_base_36_and_is_never_repeated()
    {
        var ids = Enumerable.Range(0, 20_000).Select(_ => RequestId.New()).ToList();

        Assert.All(ids, id => Assert.Matches("^[0-9a-z]{18,19}$", id));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void All_bits_of_a_request_id_are_random()
    {
        // The last digit depends on the lowest of the 96 bits, the first of nineteen digits on the highest. Both must take all their possible values.
        var ids = Enumerable.Range(0, 20_000).Select(_ => RequestId.New()).ToList();

        Assert.Equal(36, ids.Select(id => id[^1]).Distinct().Count());
        Assert.Equal(36, ids.Select(id => id[^10]).Distinct().Count());
        Assert.Equal(['1', '2', '3', '4', '5', '6', '7'], ids.Where(id => id.Length == 19).Select(id => id[0]).Distinct().Order());
    }
}
