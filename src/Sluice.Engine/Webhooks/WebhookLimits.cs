namespace Sluice.Engine.Webhooks;

/// <summary>
/// The limits of sending, which tests make smaller. So few deliveries wait because later events stay in the feed, which is the queue: 100,000 events for a
/// dead endpoint are not 100,000 rows.
/// </summary>
/// <param name="AnswerTime">How long an endpoint may take to answer.</param>
/// <param name="MaxAtOnce">How many requests one node has under way, over all webhooks.</param>
/// <param name="MaxWaitingWhileFailing">How many deliveries of a webhook may wait while its endpoint fails.</param>
internal sealed record WebhookLimits(TimeSpan AnswerTime, int MaxAtOnce, int MaxWaitingWhileFailing = 1000)
{
    /// <summary>So many deliveries are made of the feed at once.</summary>
    public const int Slice = 100;

    private const int MaxWaiting = 10_000;

    /// <summary>How often a full webhook is tried, whatever its deliveries wait for: new events flow within five minutes after it works again.</summary>
    public static readonly TimeSpan ProbeEvery = TimeSpan.FromMinutes(5);

    public static readonly WebhookLimits Default = new(TimeSpan.FromSeconds(15), 1000) { PauseWhileFailing = TimeSpan.FromSeconds(1) };

    /// <summary>
    /// How long a webhook whose endpoint fails waits between two tries. Without it, a thousand deliveries for an endpoint that refuses connections took a
    /// third of a core and a commit each, as fast as the machine can.
    /// </summary>
    public TimeSpan PauseWhileFailing { get; init; }

    /// <summary>Whether so many deliveries wait that no more are made.</summary>
    public bool IsFull(bool isFailing, int waiting) => waiting >= (isFailing ? MaxWaitingWhileFailing : MaxWaiting);

    /// <summary>How many requests to an endpoint may be under way. One that fails gets one, so that dead endpoints cannot use up the connections of all.</summary>
    public int Width(bool isFailing) => isFailing ? 1 : Math.Min(8, MaxAtOnce);
}
