using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Sluice.Engine.Primitives;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Server.Hosting.Metrics;

namespace Sluice.Server.Hosting;

/// <summary>
/// Exports metrics and spans by OTLP to the address in the standard variable <see cref="Endpoint"/>, or only one of the two to its own
/// address. The metrics may also be read at <c>/metrics</c>. If nobody asks, no instrument and no source has a listener, and each costs one comparison. A folder of the source with
/// metrics of its own makes a meter named <c>Sluice.</c> plus the folder's name, which is exported without a change here.
/// docs/operating.md lists all metrics and spans.
/// </summary>
internal static class Telemetry
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    public const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    private static readonly string[] Meters =
    [
        "Sluice.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql",
    ];

    private static readonly string[] Sources = [Spans.SourceName, "Microsoft.AspNetCore"];

    /// <param name="hasMetricsPage">Whether the metrics are also to be read at <c>/metrics</c>.</param>
    public static void AddTelemetry(this IServiceCollection services, bool hasMetricsPage)
    {
        var (metrics, traces) = (IsSet(MetricsEndpoint), IsSet(TracesEndpoint));
        if (metrics || traces)
        {
            services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("sluice").AddEnvironmentVariableDetector());
        }

        if (metrics)
        {
            services.AddOpenTelemetry().WithMetrics(meters => meters.AddOtlpExporter(exporter => Direct(exporter, MetricsEndpoint)));
        }

        if (hasMetricsPage)
        {
            services.AddSingleton<MetricsPage>();
            services.AddOpenTelemetry().WithMetrics(meters => meters.AddReader(provider => provider.GetRequiredService<MetricsPage>().Reader));
        }

        if (metrics || hasMetricsPage)
        {
            services.AddOpenTelemetry().WithMetrics(meters => meters.AddMeter(Meters));
            services.AddSingleton(provider => new Backlog(provider.GetRequiredService<Db>(), provider.GetRequiredService<ILogger<Backlog>>()));
            services.AddHostedService(provider => provider.GetRequiredService<Backlog>());
        }

        if (traces)
        {
            services.AddOpenTelemetry().WithTracing(spans => spans.AddSource(Sources).AddOtlpExporter(exporter => Direct(exporter, TracesEndpoint)));
        }
    }

    /// <summary>The exporter reads only the common variables by itself.</summary>
    private static void Direct(OtlpExporterOptions exporter, string own)
    {
        if (Uri.TryCreate(Environment.GetEnvironmentVariable(own), UriKind.Absolute, out var address))
        {
            exporter.Endpoint = address;
        }
    }

    /// <param name="own">The variable of one kind of telemetry.</param>
    private static bool IsSet(string own) => new[] { own, Endpoint }.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });
}
