using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;

namespace Sluice.Server.Hosting;

/// <summary>
/// Metrics go out by OTLP where the standard variable says whereto, and nowhere else: not set, nobody listens to an instrument, and one that
/// nobody listens to costs a comparison. A room that has something to tell makes a meter of its own, called <c>Sluice.</c> and its name; it is
/// exported without a change here. docs/operating.md lists what there is.
/// </summary>
internal static class Telemetry
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Meters =
    [
        "Sluice.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql",
    ];

    public static void AddTelemetry(this IServiceCollection services)
    {
        if (Environment.GetEnvironmentVariable(Endpoint) is { Length: > 0 })
        {
            services.AddSingleton(provider => new Backlog(provider.GetRequiredService<Db>(), provider.GetRequiredService<ILogger<Backlog>>()));
            services.AddHostedService(provider => provider.GetRequiredService<Backlog>());
            services.AddHostedService<Export>();
        }
    }

    /// <summary>From start to stop; what was counted last is sent on the way out.</summary>
    private sealed class Export : IHostedService, IDisposable
    {
        private readonly MeterProvider _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("sluice").AddEnvironmentVariableDetector())
            .AddMeter(Meters)
            .AddOtlpExporter()
            .Build();

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => _provider.Dispose();
    }
}
