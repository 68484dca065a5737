using Sluice.Server.Http;

namespace Sluice.Tests.Server.Http;

public sealed class CallLimiterTests
{
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
    private readonly CallLimiter _limiter = new(3);

    [Fact]
    public void Three_calls_pass_and_the_fourth_waits_until_the_first_is_a_second_old()
    {
        Assert.True(Pass());
        After(400);
        Assert.True(Pass());
        Assert.True(Pass());
        Assert.False(Pass());

        After(599);
        Assert.False(Pass());
        After(1);
        Assert.True(Pass());
        Assert.False(Pass());
    }

    [Fact]
    public void A_refused_call_does_not_count()
    {
        Assert.True(Pass() && Pass() && Pass());
        After(999);
        Assert.False(Pass() || Pass() || Pass());

        After(1);

        Assert.True(Pass() && Pass() && Pass());
    }

    [Fact]
    public void No_period_of_one_second_has_more_than_three_calls()
    {
        var random = new Random(4664);
        var (now, passed) = (0, new List<int>());
        while (now < 60_000)
        {
            var wait = random.Next(0, 300);
            now += wait;
            After(wait);
            if (Pass())
            {
                passed.Add(now);
            }
        }

        Assert.All(passed, begin => Assert.InRange(passed.Count(at => at >= begin && at < begin + 1000), 1, 3));
        Assert.InRange(passed.Count, 150, 180);
    }

    [Fact]
    public async Task Of_a_hundred_concurrent_calls_three_pass()
    {
        var calls = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(Pass)));

        Assert.Equal(3, calls.Count(passed => passed));
    }

    private bool Pass() => _limiter.TryPass(_clock);

    private void After(int milliseconds) => _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
}
