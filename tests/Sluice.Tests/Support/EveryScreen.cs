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

/// <summary>Runs a theory on one database for each theme and width: <c>(Database database, ColorScheme theme, int width)</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryScreenAttribute(Database database) : EveryDatabaseAttribute
{
    public Database Database { get; } = database;

    protected override IEnumerable<Database> Databases() => [Database];

    protected override IEnumerable<ITheoryDataRow> Rows(Database database) =>
        from theme in new[] { ColorScheme.Light, ColorScheme.Dark }
        from width in new[] { Screens.Wide, Screens.Narrow }
        select SkipIfMissing(database, new TheoryDataRow<Database, ColorScheme, int>(database, theme, width));
}
