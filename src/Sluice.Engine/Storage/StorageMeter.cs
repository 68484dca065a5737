using System.Diagnostics.Metrics;

namespace Sluice.Engine.Storage;

/// <summary>What this room tells those who watch. Nothing is measured while nobody listens.</summary>
internal static class StorageMeter
{
    public const string Name = "Sluice.Storage";

    private static readonly Meter Meter = new(Name);

    /// <summary>Requests waiting for the one writer of a SQLite file.</summary>
    public static readonly UpDownCounter<int> Waiting = Meter.CreateUpDownCounter<int>("sluice.sqlite.writer.waiting", "{request}", "Requests that wait for the writer.");

    public static readonly Histogram<double> Commit = Meter.CreateHistogram<double>("sluice.sqlite.commit.duration", "s", "From the begin of a round of the writer to the flush of its commit.");

    public static readonly Histogram<int> Together = Meter.CreateHistogram<int>("sluice.sqlite.commit.requests", "{request}", "Requests in one commit.");

    public static readonly Counter<long> Failed = Meter.CreateCounter<long>("sluice.database.failures", "{request}", "Requests of the database that failed for a reason of the database.");

    public static readonly Counter<long> Retried = Meter.CreateCounter<long>("sluice.database.retries", "{transaction}", "Transactions that were run again.");
}
