using NodaTime.Text;
using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Reports;

/// <summary>Which report the address of the page asks for. What it says wrongly is as if it said nothing.</summary>
/// <param name="By">A word of <see cref="Groups"/>.</param>
/// <param name="Owner">E-mail address; null: all.</param>
/// <param name="Sort">A word of <see cref="Counts.Columns"/>; null: as they are.</param>
internal sealed record ReportAsked(int From, int To, string By, long? FlowId, string? Owner, string? Sort)
{
    public const int UsualDays = 30;

    public static readonly IReadOnlyList<(string Word, string Name, CountGroups Groups)> Groups =
    [
        ("flow", "Flow", CountGroups.Flow), ("owner", "Owner", CountGroups.Owner), ("week", "Week", CountGroups.Week), ("day", "Day", CountGroups.Day),
        ("flow,week", "Flow and week", CountGroups.Flow | CountGroups.Week), ("owner,week", "Owner and week", CountGroups.Owner | CountGroups.Week),
        ("flow,owner", "Flow and owner", CountGroups.Flow | CountGroups.Owner), ("flow,step", "Flow and step", CountGroups.Flow | CountGroups.Step),
    ];

    /// <summary>Whether the reader's role has the list of tasks, to which counts of tasks lead.</summary>
    public bool HasTasks { get; init; }

    public CountGroups Group => Groups.First(one => one.Word == By).Groups;

    public int Days => To - From + 1;

    /// <summary>The same days in the API: only what differs from what it takes by itself.</summary>
    public string ApiPath => Links.With("/sluice/v1/reports", Query(By));

    public string CsvPath => Links.With($"{Links.Reports}/export", Query(By));

    public static ReportAsked Read(Visit visit)
    {
        var today = Engine.Primitives.Days.Of(visit.Now, visit.Zone);
        var to = ReadDay(visit, "to") ?? today;
        var from = ReadDay(visit, "from") is { } first && first <= to ? first : to - UsualDays + 1;
        var by = Groups.Select(one => one.Word).FirstOrDefault(word => word == visit.Query("by")) ?? "flow";
        return new ReportAsked(Math.Max(0, from), to, by, visit.Query("flowId") is { } flow ? WireId.Find(flow) : null, visit.Query("owner"), Counts.Find(visit.Query("sort"))?.Word)
        {
            HasTasks = visit.Is(Roles.Rep | Roles.Manager),
        };
    }

    public string Path() => Links.With(Links.Reports, [.. Query(By), ("sort", Sort)]);

    /// <summary>The days in words.</summary>
    public static string Name(int day) => LocalDatePattern.CreateWithInvariantCulture("d MMM uuuu").Format(Engine.Primitives.Days.ToDate(day));

    public static string ShortName(int day) => LocalDatePattern.CreateWithInvariantCulture("d MMM").Format(Engine.Primitives.Days.ToDate(day));

    private (string, string?)[] Query(string by) =>
        [("by", by), ("from", Engine.Primitives.Days.Write(From)), ("to", Engine.Primitives.Days.Write(To)), ("flowId", FlowId is { } flow ? WireId.Write(flow) : null), ("owner", Owner)];

    private static int? ReadDay(Visit visit, string name) => visit.Query(name) is { } text ? Engine.Primitives.Days.Find(text) : null;
}
