using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Primitives;

public sealed class RateTests
{
    /// <summary>The numbers were computed apart from the server, in Python.</summary>
    [Theory]
    [InlineData(0, 30, 0.0, 0.1135)]
    [InlineData(30, 30, 0.8865, 1.0)]
    [InlineData(15, 30, 0.3315, 0.6685)]
    [InlineData(12, 340, 0.0203, 0.0607)]
    [InlineData(1, 100_000, 0.0000018, 0.0000567)]
    public void The_interval_is_that_of_Wilson(long count, long cases, double low, double high)
    {
        var rate = Rate.Of(count, cases)!;

        Assert.Equal((double)count / cases, rate.Value);
        Assert.Equal(low, rate.Low, cases > 1000 ? 1e-6 : 1e-4);
        Assert.Equal(high, rate.High, cases > 1000 ? 1e-6 : 1e-4);
    }

    [Theory]
    [InlineData(0, 29)]
    [InlineData(29, 29)]
    [InlineData(31, 30)]
    [InlineData(0, 0)]
    public void There_is_no_rate_of_fewer_than_thirty_cases_or_of_more_than_all(long count, long cases) => Assert.Null(Rate.Of(count, cases));
}
