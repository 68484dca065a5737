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
    /// The themes and widths with which a page is checked. Not every pair of them: a theme changes only colours, and a width only where things are. A page is loaded once
    /// and then changed: no script of ours asks for the theme or the width.
    /// </summary>
    public static IReadOnlyList<(ColorScheme Theme, int Width)> All { get; } = [(ColorScheme.Light, Wide), (ColorScheme.Dark, Narrow)];

    public static ViewportSize Size(int width) => new() { Width = width, Height = width < 600 ? 844 : 800 };
}
