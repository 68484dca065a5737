using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Tests.Support;

/// <param name="Labels">The labels and their values, decoded.</param>
internal sealed record PrometheusSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

internal sealed record PrometheusFamily(string Name, string Type, string? Help, List<PrometheusSample> Samples);

/// <summary>
/// Reads the text format of Prometheus, version 0.0.4, as strictly as its specification allows, and fails at the first line that breaks a rule. Written
/// from the specification, without a look at the writer.
/// </summary>
internal sealed partial class PrometheusReader
{
    private static readonly string[] Types = ["counter", "gauge", "histogram", "summary", "untyped"];

    private readonly Dictionary<string, PrometheusFamily> _families = new(StringComparer.Ordinal);
    private readonly HashSet<string> _series = new(StringComparer.Ordinal);
    private (string Name, string? Help) _announced = ("", null);
    private PrometheusFamily? _current;

    public static IReadOnlyDictionary<string, PrometheusFamily> Read(string text)
    {
        var reader = new PrometheusReader();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        foreach (var line in text[..^1].Split('\n'))
        {
            reader.ReadLine(line);
        }

        foreach (var family in reader._families.Values)
        {
            Assert.NotEmpty(family.Samples);
            Check(family);
        }

        return reader._families;
    }

    private void ReadLine(string line)
    {
        if (Help().Match(line) is { Success: true } help)
        {
            Assert.DoesNotContain(help.Groups[1].Value, _families.Keys);
            _announced = (help.Groups[1].Value, Decode(help.Groups[2].Value, isLabel: false));
        }
        else if (Type().Match(line) is { Success: true } type)
        {
            var name = type.Groups[1].Value;
            Assert.Contains(type.Groups[2].Value, Types);
            Assert.True(_announced.Help is null || _announced.Name == name, $"HELP of {_announced.Name} stands before TYPE of {name}");
            _current = new(name, type.Groups[2].Value, _announced.Help, []);
            Assert.True(_families.TryAdd(name, _current), $"{name} has two families");
            _announced = ("", null);
        }
        else
        {
            ReadSample(line);
        }
    }

    private void ReadSample(string line)
    {
        var match = Sample().Match(line);
        Assert.True(match.Success, $"This is no line of the format: {line}");
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = match.Groups[2].Value;
        while (rest.Length > 0)
        {
            var label = Label().Match(rest);
            Assert.True(label.Success, $"These are no labels: {rest}");
            Assert.True(labels.TryAdd(label.Groups[1].Value, Decode(label.Groups[2].Value, isLabel: true)), $"One label twice: {line}");
            Assert.NotEqual("", label.Groups[2].Value); // The same as a label that is not there.
            rest = rest[label.Length..];
            Assert.True(rest.Length == 0 || rest[0] == ',', line);
            rest = rest.Length > 0 ? rest[1..] : rest;
        }

        var sample = new PrometheusSample(match.Groups[1].Value, labels, ReadNumber(match.Groups[3].Value));
        Assert.NotNull(_current);
        Assert.True(BelongsTo(sample, _current), $"{line} stands below {_current.Name}");
        Assert.True(_series.Add($"{sample.Name} {string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal))}"), $"One series twice: {line}");
        _current.Samples.Add(sample);
    }

    private static bool BelongsTo(PrometheusSample sample, PrometheusFamily family) => family.Type == "histogram"
        ? sample.Name == $"{family.Name}_sum" || sample.Name == $"{family.Name}_count" || (sample.Name == $"{family.Name}_bucket" && sample.Labels.ContainsKey("le"))
        : sample.Name == family.Name;

    private static void Check(PrometheusFamily family)
    {
        if (family.Type == "counter")
        {
            Assert.EndsWith("_total", family.Name, StringComparison.Ordinal);
            Assert.All(family.Samples, sample => Assert.True(sample.Value >= 0));
        }

        if (family.Type == "histogram")
        {
            foreach (var one in family.Samples.GroupBy(sample => string.Join(',', sample.Labels.Where(label => label.Key != "le").OrderBy(label => label.Key, StringComparer.Ordinal))))
            {
                CheckHistogram(family.Name, [.. one]);
            }
        }
    }

    private static void CheckHistogram(string name, List<PrometheusSample> samples)
    {
        var buckets = samples.Where(sample => sample.Name == $"{name}_bucket").ToList();
        var bounds = buckets.ConvertAll(bucket => ReadNumber(bucket.Labels["le"]));
        Assert.Equal(bounds.Distinct().Order(), bounds);
        Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
        Assert.Equal(double.PositiveInfinity, bounds[^1]);
        Assert.Equal(samples.Single(sample => sample.Name == $"{name}_count").Value, buckets[^1].Value);
        Assert.Single(samples, sample => sample.Name == $"{name}_sum");
    }

    private static double ReadNumber(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture),
    };

    private static string Decode(string text, bool isLabel)
    {
        var decoded = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                decoded.Append(text[i]);
                continue;
            }

            i++;
            Assert.True(i < text.Length && (text[i] is '\\' or 'n' || (isLabel && text[i] == '"')), $"A wrong escape: {text}");
            decoded.Append(text[i] == 'n' ? '\n' : text[i]);
        }

        return decoded.ToString();
    }

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$")]
    private static partial Regex Help();

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) ([a-z]+)$")]
    private static partial Regex Type();

    [GeneratedRegex(@"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[^""}]|""(?:[^""\\]|\\.)*"")+)\})? (\S+)$")]
    private static partial Regex Sample();

    [GeneratedRegex(@"^([a-zA-Z_][a-zA-Z0-9_]*)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Label();
}
