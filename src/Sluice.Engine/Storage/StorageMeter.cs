using System.Diagnostics.Metrics;

namespace Sluice.Engine.Storage;

/// <summary>The metrics of the storage layer. Nothing is measured while nobody listens.</summary>
internal static class StorageMeter
{
    public const string Name = "Sluice.Storage";

    private static readonly Meter Meter = new(Name);

    /// <summary>Requests that wait for the single writer of a SQLite file.</summary>
    public static readonly UpDownCounter<int> WaitingForWriter = Meter.CreateUpDownCounter<int>("sluice.sqlite.writer.waiting", "{request}", "Requests that wait for the writer.");

    public static readonly Histogram<double> Commit = Meter.CreateHistogram<double>(
        "sluice.sqlite.commit.duration", "s", "Time from the start of a group commit to the end of its flush to disk.", tags: null,
        new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    public static readonly Histogram<int> RequestsPerCommit = Meter.CreateHistogram<int>(
        "sluice.sqlite.commit.requests", "{request}", "Requests in one group commit.", tags: null,
        new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] });

    public static readonly Counter<long> Failed = Meter.CreateCounter<long>("sluice.database.failures", "{request}", "Requests to the database that failed because of the database.");

    public static readonly Counter<long> Retried = Meter.CreateCounter<long>("sluice.database.retries", "{transaction}", "Transactions that were run again.");
}
