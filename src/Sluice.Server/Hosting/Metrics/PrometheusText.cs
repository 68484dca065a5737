using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Sluice.Server.Hosting.Metrics;

/// <summary>
/// Writes metrics as the text that Prometheus reads, version 0.0.4. The SDK of OpenTelemetry counts, as it does for OTLP; its own exporter for
/// Prometheus exists only as a preview.
/// </summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _series = new(StringComparer.Ordinal);

    public static string Write(IEnumerable<Metric> metrics)
    {
        var text = new PrometheusText();
        foreach (var family in metrics.Where(metric => TypeOf(metric) is not null).GroupBy(NameOf, StringComparer.Ordinal))
        {
            text.AddFamily(family.Key, [.. family]);
        }

        return text._text.ToString();
    }

    private static string NameOf(Metric metric) => PrometheusName.OfMetric(metric.Name, metric.Unit, IsCounter(metric));

    private static bool IsCounter(Metric metric) => metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;

    /// <returns>Null for a kind that this text has no form for; no instrument of ours has one.</returns>
    private static string? TypeOf(Metric metric) => metric.MetricType switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic or MetricType.LongGauge or MetricType.DoubleGauge => "gauge",
        MetricType.Histogram => "histogram",
        _ => null,
    };

    /// <summary>A family has one type, and its series stand together. Prometheus refuses the whole text if two lines name the same series.</summary>
    private void AddFamily(string name, List<Metric> metrics)
    {
        var type = TypeOf(metrics[0]);
        if (metrics[0].Description.Length > 0)
        {
            _text.Append("# HELP ").Append(name).Append(' ').Append(Escape(metrics[0].Description)).Append('\n');
        }

        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (var metric in metrics.Where(metric => TypeOf(metric) == type))
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var labels = Labels(point.Tags);
                if (_series.Add($"{name}{{{labels}}}"))
                {
                    AddPoint(name, metric.MetricType, labels, in point);
                }
            }
        }
    }

    private void AddPoint(string name, MetricType type, string labels, in MetricPoint point)
    {
        switch (type)
        {
            case MetricType.Histogram:
                AddHistogram(name, labels, in point);
                break;
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                AddLine(name, labels, point.GetSumLong());
                break;
            case MetricType.LongGauge:
                AddLine(name, labels, point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                AddLine(name, labels, point.GetGaugeLastValueDouble());
                break;
            default:
                AddLine(name, labels, point.GetSumDouble());
                break;
        }
    }

    private void AddHistogram(string name, string labels, in MetricPoint point)
    {
        var count = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            AddLine($"{name}_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{Number(bucket.ExplicitBound)}\"", count);
        }

        AddLine($"{name}_sum", labels, point.GetHistogramSum());
        AddLine($"{name}_count", labels, point.GetHistogramCount());
    }

    private void AddLine(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>Two names may become one, because only letters, digits and underscores are allowed; their values are then joined.</summary>
    private static string Labels(ReadOnlyTagCollection tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags)
        {
            var label = PrometheusName.OfLabel(name);
            var text = value switch
            {
                bool flag => flag ? "true" : "false",
                IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                _ => value?.ToString() ?? "",
            };
            if (text.Length > 0) // An empty label is the same as none.
            {
                labels[label] = labels.TryGetValue(label, out var other) ? $"{other};{text}" : text;
            }
        }

        return string.Join(',', labels.Select(label => $"{label.Key}=\"{Escape(label.Value).Replace("\"", "\\\"", StringComparison.Ordinal)}\""));
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
