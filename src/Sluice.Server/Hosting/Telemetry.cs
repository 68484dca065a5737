using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;

namespace Sluice.Server.Hosting;

/// <summary>
/// Exports metrics by OTLP to the address in the variable <see cref="Endpoint"/>. If it is not set, no instrument has a listener, and an
/// instrument without a listener costs one comparison. A folder of the source with metrics of its own makes a meter named <c>Sluice.</c> plus
/// the folder's name, which is exported without a change here. docs/operating.md lists all metrics.
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

    /// <summary>Exports from start to stop. Sends the last measurements while stopping.</summary>
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
