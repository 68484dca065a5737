namespace Sluice.Engine.Webhooks;

/// <summary>Decides what happens to a delivery and to its webhook after a try.</summary>
internal static class DeliveryRule
{
    /// <summary>The waits between the tries, as in Standard Webhooks. Ten tries take three days and four hours.</summary>
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    /// <summary>After so long a time of nothing but failures, a webhook is disabled.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(5);

    public const int Gone = 410;

    public static int MaxTries => Waits.Length + 1;

    /// <param name="tries">How often it was tried, this time included.</param>
    /// <param name="failingSince">When the webhook's first failure after its last success was; null: its last delivery succeeded.</param>
    /// <param name="chance">From 0 to 1: spreads the tries of many deliveries that failed together.</param>
    public static Verdict After(DeliveryAnswer answer, int tries, DateTimeOffset? failingSince, DateTimeOffset now, double chance) => answer.Status switch
    {
        >= 200 and < 300 => new Verdict(DeliveryStatus.Delivered, null, null),
        Gone => new Verdict(DeliveryStatus.Failed, null, "The endpoint answered 410 Gone"),
        _ when tries >= MaxTries => new Verdict(DeliveryStatus.Failed, null, WhyDisabled(failingSince, now)),
        _ => new Verdict(DeliveryStatus.Waiting, now + Wait(tries, answer.RetryAfter, chance), WhyDisabled(failingSince, now)),
    };

    /// <summary>Makes a chance of the delivery and the try, so that the same history gives the same times.</summary>
    public static double ChanceOf(long deliveryId, int tries)
    {
        var mixed = ((ulong)deliveryId + (ulong)tries) * 0x9E3779B97F4A7C15; // A step of SplitMix64.
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        return ((mixed ^ (mixed >> 27)) >> 11) / (double)(1UL << 53);
    }

    /// <summary>The planned wait, 10 % longer or shorter, but never less than the endpoint asks for.</summary>
    private static TimeSpan Wait(int tries, TimeSpan? retryAfter, double chance)
    {
        var planned = Waits[tries - 1] * (0.9 + (0.2 * chance));
        var asked = retryAfter is { } some && some < LongestRetryAfter ? some : retryAfter is null ? TimeSpan.Zero : LongestRetryAfter;
        return asked > planned ? asked : planned;
    }

    private static string? WhyDisabled(DateTimeOffset? failingSince, DateTimeOffset now) =>
        failingSince is { } since && now - since >= Patience ? "All deliveries of five days failed" : null;
}

/// <param name="NextAt">Null: there is no further try.</param>
/// <param name="Disables">Why the webhook is disabled; null: it is not.</param>
internal sealed record Verdict(DeliveryStatus Status, DateTimeOffset? NextAt, string? Disables);
