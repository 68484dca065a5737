using Microsoft.Playwright;

namespace Sluice.Tests.Support;

/// <summary>The widths of windows, in CSS pixels.</summary>
internal static class Screens
{
    public const int Wide = 1280;

    /// <summary>A telephone.</summary>
    public const int Narrow = 390;

    /// <summary>The narrowest screen on which a page may not scroll sideways (WCAG 2.2, 1.4.10).</summary>
    public const int Narrowest = 320;
}

/// <summary>
/// Runs a theory on one database for each theme and each width: <c>(Database database, ColorScheme theme, int width)</c>. Not for each pair of them: a
/// theme changes colours and a width changes places, and a page in the browser costs seconds.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryScreenAttribute(Database database) : EveryDatabaseAttribute
{
    public Database Database { get; } = database;

    protected override IEnumerable<Database> Databases() => [Database];

    protected override IEnumerable<ITheoryDataRow> Rows(Database database) =>
        [Row(database, ColorScheme.Light, Screens.Wide), Row(database, ColorScheme.Dark, Screens.Narrow)];

    private static ITheoryDataRow Row(Database database, ColorScheme theme, int width) =>
        SkipIfMissing(database, new TheoryDataRow<Database, ColorScheme, int>(database, theme, width));
}
