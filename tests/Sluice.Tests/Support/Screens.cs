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

    /// <summary>
    /// Each theme and each width on which a page is looked at. Not each pair of them: a theme changes colours and a width changes places. And not by a visit for each: the
    /// pages ask for neither in scripts, so that they need not be loaded for it.
    /// </summary>
    public static IReadOnlyList<(ColorScheme Theme, int Width)> All { get; } = [(ColorScheme.Light, Wide), (ColorScheme.Dark, Narrow)];

    public static ViewportSize Size(int width) => new() { Width = width, Height = width < 600 ? 844 : 800 };
}
