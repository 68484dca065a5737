using Sluice.Engine.Events;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Reports;

/// <summary>Which report is asked for.</summary>
internal sealed record ReportRequest(int From, int To, CountGroups By, long? FlowId, string? Owner)
{
    public const int UsualDays = 30;

    private static readonly Dictionary<string, CountGroups> Groups = new(StringComparer.Ordinal)
    {
        ["flow"] = CountGroups.Flow, ["step"] = CountGroups.Step, ["owner"] = CountGroups.Owner, ["day"] = CountGroups.Day, ["week"] = CountGroups.Week,
    };

    public static IReadOnlyCollection<string> Words => Groups.Keys;

    /// <param name="today">In the company's zone.</param>
    public static ReportRequest Read(RequestReader query, int today)
    {
        var to = ReadDay(query, "to") ?? today;
        var from = ReadDay(query, "from") ?? to - UsualDays + 1;
        if (from > to)
        {
            query.Fault("from", $"is after {Days.Write(to)}, the last day of the report");
        }

        return new ReportRequest(from, to, ReadGroups(query), query.OptionalId("flowId"), query.OptionalEmail("owner"));
    }

    private static int? ReadDay(RequestReader query, string name)
    {
        var text = query.OptionalText(name);
        var day = text is null ? null : Days.Find(text);
        if (text is not null && day is null)
        {
            query.Fault(name, $"should be a day such as 2026-11-30, not {RequestReader.Echo(text)}");
        }

        return day;
    }

    private static CountGroups ReadGroups(RequestReader query)
    {
        var by = CountGroups.None;
        foreach (var word in query.OptionalText("by")?.Split(',', StringSplitOptions.TrimEntries) ?? ["flow"])
        {
            if (!Groups.TryGetValue(word, out var group))
            {
                query.Fault("by", $"should name some of {string.Join(", ", Groups.Keys)}, with a comma between them, not {RequestReader.Echo(word)}");
            }

            by |= group;
        }

        if (by.HasFlag(CountGroups.Day) && by.HasFlag(CountGroups.Week))
        {
            query.Fault("by", "should not name both day and week");
        }

        return by;
    }
}
