using Sluice.Engine.Storage;

namespace Sluice.Engine.Idempotency;

/// <summary>Deletes the idempotency keys whose time is over, a slice at a time. Any number of nodes may do so at once.</summary>
internal sealed partial class SweepKeys(Db db, TimeProvider clock, ILogger<SweepKeys> logger) : BackgroundService
{
    /// <summary>Keys of a company. The oldest go first, before their time: a table must have a bound.</summary>
    public const int MaxOfCompany = 1_000_000;

    private const int Slice = 1000;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    public async Task RunAsync(CancellationToken ct)
    {
        var keys = new IdempotencyKeyStore(db);
        foreach (var companyId in await keys.ListCompaniesAsync(ct))
        {
            while (await keys.DeleteOldestAsync(companyId, clock.GetUtcNow(), Slice, ct) == Slice)
            {
            }

            for (var tooMany = await keys.CountAsync(companyId, ct) - MaxOfCompany; tooMany > 0; tooMany -= Slice)
            {
                await keys.DeleteOldestAsync(companyId, DateTimeOffset.MaxValue, (int)Math.Min(tooMany, Slice), ct);
            }
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => PeriodicLoop.RunAsync(Every, RunAsync, fault => LogNotSwept(fault.Message), stoppingToken);

    [LoggerMessage(1, LogLevel.Warning, "Old idempotency keys could not be deleted: {Reason}; they are deleted ten minutes later")]
    private partial void LogNotSwept(string reason);
}
