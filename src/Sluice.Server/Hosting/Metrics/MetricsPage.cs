using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Sluice.Server.Hosting.Metrics;

/// <summary>Collects all metrics when it is asked, for the page <c>/metrics</c>.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Collected _collected = new();

    public MetricsPage() => Reader = new BaseExportingMetricReader(_collected);

    public MetricReader Reader { get; }

    public byte[] Read()
    {
        lock (_lock)
        {
            Reader.Collect();
            return Encoding.UTF8.GetBytes(_collected.Text);
        }
    }

    public void Dispose() => Reader.Dispose();

    private sealed class Collected : BaseExporter<Metric>
    {
        public string Text { get; private set; } = "";

        /// <summary>Writes at once: the figures of a batch are valid only during this call.</summary>
        public override ExportResult Export(in Batch<Metric> batch)
        {
            var metrics = new List<Metric>();
            foreach (var metric in batch)
            {
                metrics.Add(metric);
            }

            Text = PrometheusText.Write(metrics);
            return ExportResult.Success;
        }
    }
}
