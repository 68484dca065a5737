using System.Text;

namespace Sluice.Server.Hosting.Metrics;

/// <summary>Makes names as Prometheus wants them, by OpenTelemetry's rules: <c>http.server.request.duration</c> in <c>s</c> is <c>http_server_request_duration_seconds</c>.</summary>
internal static class PrometheusName
{
    private const string Total = "_total";

    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["d"] = "days",
        ["h"] = "hours",
        ["min"] = "minutes",
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["us"] = "microseconds",
        ["ns"] = "nanoseconds",
        ["By"] = "bytes",
        ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes",
        ["%"] = "percent",
    };

    /// <param name="unit">As OpenTelemetry writes it: <c>s</c>, <c>By</c>, <c>By/s</c>, or in braces what is counted.</param>
    public static string OfMetric(string name, string unit, bool isCounter)
    {
        var text = Clean(name, ":");
        text = text.EndsWith(Total, StringComparison.Ordinal) && isCounter ? text[..^Total.Length] : text;
        foreach (var part in UnitParts(unit).Where(part => !text.EndsWith($"_{part}", StringComparison.Ordinal)))
        {
            text = $"{text}_{part}";
        }

        return isCounter ? text + Total : text;
    }

    public static string OfLabel(string name) => Clean(name, "");

    private static IEnumerable<string> UnitParts(string unit)
    {
        var parts = unit.Split('/', 2);
        if (Word(parts[0]) is { Length: > 0 } of)
        {
            yield return of;
        }

        if (parts is [_, var per] && Word(per) is { Length: > 0 } each)
        {
            yield return $"per_{(each.EndsWith('s') ? each[..^1] : each)}";
        }
    }

    /// <returns>Empty for what is counted, which is in braces, and for 1.</returns>
    private static string Word(string unit) => unit is "1" or "" || unit.StartsWith('{') ? "" : Units.GetValueOrDefault(unit) ?? Clean(unit, "").Trim('_');

    private static string Clean(string name, string alsoAllowed)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var letter in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(letter) || alsoAllowed.Contains(letter, StringComparison.Ordinal) ? letter : '_');
        }

        return text.Length > 0 && char.IsAsciiDigit(text[0]) ? text.Insert(0, '_').ToString() : text.ToString();
    }
}
