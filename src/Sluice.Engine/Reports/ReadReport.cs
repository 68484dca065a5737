using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Users;

namespace Sluice.Engine.Reports;

/// <summary>Adds up kept counts, and names the flows and owners that they are of.</summary>
internal sealed class ReadReport(CountStore counts, FlowStore flows, UserStore users)
{
    /// <summary>A report has no more rows than this.</summary>
    public const int MaxRows = 10_000;

    /// <returns>Null: it would have too many rows.</returns>
    public async Task<Report?> RunAsync(long companyId, CountFilter filter, CountGroups by, CancellationToken ct)
    {
        var found = await counts.ListAsync(companyId, filter, by, MaxRows + 1, ct);
        if (found.Count > MaxRows)
        {
            return null;
        }

        var total = new EventCounts();
        found.ForEach(one => total.Add(one.Counts));
        var names = (await flows.FindWithDeletedAsync(companyId, [.. found.Select(one => one.Key.FlowId).Where(id => id != 0).Distinct()], ct)).ToDictionary(flow => flow.Id);
        var owners = (await users.FindAsync(companyId, [.. found.Select(one => one.Key.OwnerId).Where(id => id != 0).Distinct()], ct)).ToDictionary(user => user.Id);
        return new Report(
            filter, by, await counts.FindFirstDayAsync(companyId, ct), total,
            found.ConvertAll(one => new ReportRow(one.Key, names.GetValueOrDefault(one.Key.FlowId), owners.GetValueOrDefault(one.Key.OwnerId), one.Counts)));
    }
}

/// <param name="Since">The first day of which anything is counted; null: nothing is.</param>
internal sealed record Report(CountFilter Filter, CountGroups By, int? Since, EventCounts Total, List<ReportRow> Rows)
{
    public bool IsBy(CountGroups group) => By.HasFlag(group);
}

/// <param name="Key">Has 0 in each part by which the report is not grouped. A week has the day on which it begins.</param>
/// <param name="Flow">Null: the counts belong to no flow, or the report is not grouped by flow.</param>
/// <param name="Owner">Null: the counts belong to no owner, or the report is not grouped by owner.</param>
internal sealed record ReportRow(CountKey Key, Flow? Flow, User? Owner, EventCounts Counts);
