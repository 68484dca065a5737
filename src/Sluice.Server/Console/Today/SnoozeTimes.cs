using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Today;

/// <summary>Until when a task can be put off by one press: for some hours, or to the morning of a later day in the company's zone.</summary>
internal static class SnoozeTimes
{
    private const int Morning = 9;

    public static readonly IReadOnlyList<(string Word, string Name)> All = [("3h", "3 hours"), ("1d", "Tomorrow"), ("3d", "In 3 days"), ("7d", "In a week")];

    /// <returns>Null: it is no word of the list.</returns>
    public static DateTimeOffset? Find(Visit visit, string? word) => word switch
    {
        "3h" => visit.Now.AddHours(3),
        "1d" => visit.Midnight(1).AddHours(Morning),
        "3d" => visit.Midnight(3).AddHours(Morning),
        "7d" => visit.Midnight(7).AddHours(Morning),
        _ => null,
    };
}
