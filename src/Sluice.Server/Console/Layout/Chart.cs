namespace Sluice.Server.Console.Layout;

/// <summary>A chart of bars, drawn by the server: one bar for each day or week.</summary>
internal static class Chart
{
    private const int Height = 40;

    /// <param name="title">Of what the numbers are.</param>
    /// <param name="bars">From the first to the last; the name is that of the day or week.</param>
    public static Html Bars(string title, IReadOnlyList<(string Name, long Number)> bars)
    {
        var (most, sum) = (bars.Max(bar => bar.Number), bars.Sum(bar => bar.Number));
        var best = bars.First(bar => bar.Number == most);
        return $"""
            <figure class="chart"><figcaption>{title} <strong>{Words.Number(sum)}</strong></figcaption>
            <svg viewBox="0 0 {bars.Count * 10} {Height}" preserveAspectRatio="none" role="img" aria-label="{title}: {Words.Number(sum)} from {bars[0].Name} to {bars[^1].Name}, at most {Words.Number(most)}, on {best.Name}">{bars.Index().Select(bar => Bar(bar.Index, bar.Item, most))}</svg>
            <p class="ends"><span>{bars[0].Name}</span> <span>{(sum == 0 ? "nothing" : $"at most {Words.Number(most)}")}</span> <span>{bars[^1].Name}</span></p></figure>
            """;
    }

    /// <summary>Even a day without anything has a line, so that the days can be counted.</summary>
    private static Html Bar(int at, (string Name, long Number) bar, long most)
    {
        var height = most == 0 || bar.Number == 0 ? 1 : Math.Max(2, bar.Number * Height / most);
        return $"<rect class=\"{(bar.Number == 0 ? "none" : "some")}\" x=\"{(at * 10) + 1}\" y=\"{Height - height}\" width=\"8\" height=\"{height}\"><title>{bar.Name}: {Words.Number(bar.Number)}</title></rect>";
    }
}
