using System.Diagnostics.Metrics;
using Sluice.Engine.Crm;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Scheduling;

/// <summary>
/// Measures how much background work waits. All nodes count in the same database, so a dashboard must take the maximum over the nodes, not the sum.
/// </summary>
internal sealed partial class Backlog : BackgroundService
{
    public const string MeterName = "Sluice.Hosting";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly Meter _meter = new(MeterName);
    private readonly Db _db;
    private readonly ILogger<Backlog> _logger;
    private long _bulkJobs;
    private long _uploads;

    public Backlog(Db db, ILogger<Backlog> logger)
    {
        (_db, _logger) = (db, logger);
        _meter.CreateObservableGauge("sluice.bulk_jobs.open", () => Volatile.Read(ref _bulkJobs), "{job}", "Bulk assignments that are not finished.");
        _meter.CreateObservableGauge("sluice.uploads.open", () => Volatile.Read(ref _uploads), "{upload}", "CRM uploads that are not finished.");
    }

    public async Task MeasureAsync(CancellationToken ct)
    {
        Volatile.Write(ref _bulkJobs, await new BulkStore(_db).CountOpenAsync(ct));
        Volatile.Write(ref _uploads, await new CrmRequestStore(_db).CountOpenAsync(ct));
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        do
        {
            try
            {
                await MeasureAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotCounted(fault.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1, LogLevel.Warning, "The waiting background work could not be counted: {Reason}")]
    private partial void LogNotCounted(string reason);
}
