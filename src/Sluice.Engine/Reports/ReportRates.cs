using Sluice.Engine.Events;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Reports;

/// <summary>A rate that reports show. All are shares of the mails that left in the same days.</summary>
internal sealed record ReportRate(string Name, Counter Counter)
{
    public Rate? Of(EventCounts counts) => Rate.Of(counts[Counter], counts[Counter.Sent]);
}

internal static class ReportRates
{
    public static readonly ReportRate Reply = new("reply", Counter.Replied);
    public static readonly ReportRate Bounce = new("bounce", Counter.Bounced);
    public static readonly ReportRate OptOut = new("optOut", Counter.OptedOut);

    public static readonly IReadOnlyList<ReportRate> All = [Reply, Bounce, OptOut];
}
