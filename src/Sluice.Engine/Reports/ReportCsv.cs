using System.Globalization;
using System.Text;
using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;

namespace Sluice.Engine.Reports;

/// <summary>Writes a report as comma-separated values: a row for each row, and only the columns that it tells apart.</summary>
internal static class ReportCsv
{
    public static string Write(Report report)
    {
        var csv = new StringBuilder();
        var rates = ReportRates.All;
        CsvText.WriteRow(csv, [.. Keys(report, null), .. Counters.All.Select(Counters.Word), .. rates.SelectMany(rate => (string[])[$"{rate.Name}Rate", $"{rate.Name}RateLow", $"{rate.Name}RateHigh"])]);
        foreach (var row in report.Rows)
        {
            CsvText.WriteRow(csv, [.. Keys(report, row), .. Counters.All.Select(counter => row.Counts[counter].ToString(CultureInfo.InvariantCulture)), .. rates.SelectMany(rate => Numbers(rate.Of(row.Counts)))]);
        }

        return csv.ToString();
    }

    /// <param name="row">Null: the names of the columns.</param>
    private static IEnumerable<string?> Keys(Report report, ReportRow? row)
    {
        (CountGroups Group, string Name, Func<ReportRow, string?> Text)[] all =
        [
            (CountGroups.Day, "day", one => Days.Write(one.Key.Day)),
            (CountGroups.Week, "week", one => Days.Write(one.Key.Day)),
            (CountGroups.Flow, "flowId", one => one.Key.FlowId == 0 ? null : WireId.Write(one.Key.FlowId)),
            (CountGroups.Flow, "flowName", one => one.Flow?.Name),
            (CountGroups.Step, "step", one => one.Key.Step == 0 ? null : one.Key.Step.ToString(CultureInfo.InvariantCulture)),
            (CountGroups.Owner, "owner", one => one.Owner?.Email),
        ];
        return all.Where(one => report.IsBy(one.Group)).Select(one => row is null ? one.Name : one.Text(row));
    }

    private static IEnumerable<string?> Numbers(Rate? rate) => rate is null ? [null, null, null] : [Text(rate.Value), Text(rate.Low), Text(rate.High)];

    private static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
