using System.Text.Json.Serialization;
using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Reports;

namespace Sluice.Server.Api.Manage.Reports;

internal sealed record ReportAnswer(string RequestId, string From, string To, string TimeZone, string? CountedSince, IReadOnlyList<ReportItem> Rows, ReportItem Total)
{
    public static ReportAnswer Of(string requestId, Report report, string timeZone) => new(
        requestId, Days.Write(report.Filter.From), Days.Write(report.Filter.To), timeZone, report.Since is { } since ? Days.Write(since) : null,
        report.Rows.ConvertAll(row => ReportItem.Of(report, row)), ReportItem.Of(report.Total));
}

/// <summary>The counts of one group. What the report does not tell apart is absent.</summary>
internal sealed record ReportItem(
    long Assigned, long Entered, long Done, long Sent, long Replied, long Meetings, long Bounced, long OptedOut, long Complaints, long Removed, long Finished, long TasksDone,
    RateItem? ReplyRate, RateItem? BounceRate, RateItem? OptOutRate)
{
    public string? Day { get; init; }

    public string? Week { get; init; }

    public string? FlowId { get; init; }

    public string? FlowName { get; init; }

    public int? Step { get; init; }

    public string? Owner { get; init; }

    public static ReportItem Of(Report report, ReportRow row) => Of(row.Counts) with
    {
        Day = report.IsBy(CountGroups.Day) ? Days.Write(row.Key.Day) : null,
        Week = report.IsBy(CountGroups.Week) ? Days.Write(row.Key.Day) : null,
        FlowId = row.Key.FlowId == 0 ? null : WireId.Write(row.Key.FlowId),
        FlowName = row.Flow?.Name,
        Step = row.Key.Step == 0 ? null : row.Key.Step,
        Owner = row.Owner?.Email,
    };

    public static ReportItem Of(EventCounts of) => new(
        of[Counter.Assigned], of[Counter.Entered], of[Counter.Done], of[Counter.Sent], of[Counter.Replied], of[Counter.Meetings], of[Counter.Bounced], of[Counter.OptedOut],
        of[Counter.Complaints], of[Counter.Removed], of[Counter.Finished], of[Counter.TasksDone],
        RateItem.Of(ReportRates.Reply, of), RateItem.Of(ReportRates.Bounce, of), RateItem.Of(ReportRates.OptOut, of));
}

/// <summary>A share of the mails that left, and its interval of 95 %.</summary>
internal sealed record RateItem(double Rate, double Low, double High)
{
    public static RateItem? Of(ReportRate rate, EventCounts counts) =>
        rate.Of(counts) is { } found ? new(Math.Round(found.Value, 5), Math.Round(found.Low, 5), Math.Round(found.High, 5)) : null;
}

internal sealed record ReportExportAnswer(string RequestId, string Csv);

/// <param name="CheckedFrom">The first day that could be compared.</param>
/// <param name="Differing">How many rows differ, of both lists; each has the first hundred.</param>
internal sealed record VerifyReportsAnswer(
    string RequestId, string CheckedFrom, long Events, int Differing, IReadOnlyList<CountDifferenceItem> Differences, IReadOnlyList<OpenDifferenceItem> OpenDifferences);

/// <param name="Kept">What the counts say that reports are made of.</param>
/// <param name="Counted">What the events say.</param>
internal sealed record CountDifferenceItem(string Day, string? FlowId, int? Step, string? OwnerId, ReportCounts Kept, ReportCounts Counted)
{
    public static CountDifferenceItem From(CountDifference one) => new(
        Days.Write(one.Key.Day), one.Key.FlowId == 0 ? null : WireId.Write(one.Key.FlowId), one.Key.Step == 0 ? null : one.Key.Step,
        one.Key.OwnerId == 0 ? null : WireId.Write(one.Key.OwnerId), ReportCounts.Of(one.Kept), ReportCounts.Of(one.Counted));
}

/// <param name="Shown">How many are open, as pages show it.</param>
/// <param name="Open">How many there are.</param>
internal sealed record OpenDifferenceItem(string FlowId, int Step, string Status, long Shown, long Open)
{
    public static OpenDifferenceItem From(OpenDifference one) => new(WireId.Write(one.FlowId), one.StepOrder, one.Status.ToString(), one.Kept, one.Counted);
}

internal sealed record ReportCounts(
    long Assigned, long Entered, long Done, long Sent, long Replied, long Meetings, long Bounced, long OptedOut, long Complaints, long Removed, long Finished, long TasksDone)
{
    public static ReportCounts Of(EventCounts of) => new(
        of[Counter.Assigned], of[Counter.Entered], of[Counter.Done], of[Counter.Sent], of[Counter.Replied], of[Counter.Meetings], of[Counter.Bounced], of[Counter.OptedOut],
        of[Counter.Complaints], of[Counter.Removed], of[Counter.Finished], of[Counter.TasksDone]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportAnswer))]
[JsonSerializable(typeof(ReportExportAnswer))]
[JsonSerializable(typeof(VerifyReportsAnswer))]
internal sealed partial class ReportJson : JsonSerializerContext;
