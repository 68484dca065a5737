using Sluice.Engine.Webhooks;

namespace Sluice.Tests.Engine.Webhooks;

public sealed class DeliveryRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_tries_wait_as_standard_webhooks_says_and_the_tenth_is_the_last()
    {
        var waits = Enumerable.Range(1, 9).Select(tries => After(500, tries).NextAt - Now);

        Assert.Equal(["00:00:05", "00:05:00", "00:30:00", "02:00:00", "05:00:00", "10:00:00", "14:00:00", "20:00:00", "1.00:00:00"], waits.Select(wait => $"{wait}"));
        Assert.Equal(new Verdict(DeliveryStatus.Failed, null, null), After(500, 10));
    }

    [Fact]
    public void A_wait_is_up_to_a_tenth_longer_or_shorter_and_the_same_for_the_same_try()
    {
        Assert.Equal((TimeSpan.FromHours(1.8), TimeSpan.FromHours(2.2)), (After(500, 4, chance: 0).NextAt - Now, After(500, 4, chance: 1).NextAt - Now));

        var chances = Enumerable.Range(1, 1000).Select(id => DeliveryRule.ChanceOf(id, 1)).ToList();
        Assert.All(chances, chance => Assert.InRange(chance, 0, 1));
        Assert.InRange(chances.Average(), 0.45, 0.55);
        Assert.Equal(chances[6], DeliveryRule.ChanceOf(7, 1));
    }

    [Theory]
    [InlineData(3600, 1, "01:00:00")] // Longer than the plan.
    [InlineData(1, 2, "00:05:00")] // Never sooner than the plan.
    [InlineData(-5, 1, "00:00:05")]
    [InlineData(400_000, 1, "1.00:00:00")] // At most a day.
    public void Retry_after_is_kept_up_to_a_day(int seconds, int tries, string wait) =>
        Assert.Equal(wait, $"{DeliveryRule.After(Answer(503) with { RetryAfter = TimeSpan.FromSeconds(seconds) }, tries, null, Now, 0.5).NextAt - Now}");

    [Theory]
    [InlineData(200, DeliveryStatus.Delivered)]
    [InlineData(299, DeliveryStatus.Delivered)]
    [InlineData(301, DeliveryStatus.Waiting)]
    [InlineData(404, DeliveryStatus.Waiting)]
    [InlineData(500, DeliveryStatus.Waiting)]
    [InlineData(null, DeliveryStatus.Waiting)]
    public void Only_2xx_is_a_success(int? status, object expected) => Assert.Equal(expected, After(status, 1).Status);

    [Fact]
    public void Gone_disables_at_once_and_five_days_of_failures_do()
    {
        Assert.Equal("The endpoint answered 410 Gone", After(410, 1).Disables);
        Assert.Null(After(500, 3, Now - TimeSpan.FromDays(5) + TimeSpan.FromSeconds(1)).Disables);
        Assert.Equal("All deliveries of five days failed", After(500, 3, Now - TimeSpan.FromDays(5)).Disables);
        Assert.Equal("All deliveries of five days failed", After(500, 10, Now - TimeSpan.FromDays(5)).Disables);
        Assert.Null(After(200, 3, Now - TimeSpan.FromDays(6)).Disables);
    }

    private static Verdict After(int? status, int tries, DateTimeOffset? failingSince = null, double chance = 0.5) =>
        DeliveryRule.After(Answer(status), tries, failingSince, Now, chance);

    private static DeliveryAnswer Answer(int? status) => new(status, null, null, TimeSpan.Zero);
}
