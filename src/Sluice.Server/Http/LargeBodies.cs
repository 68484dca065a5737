using System.Threading.RateLimiting;

namespace Sluice.Server.Http;

/// <summary>
/// Bounds the memory that large JSON bodies take: two of them are in memory at once, and one of each company. While a body waits for its turn, nobody reads it, so it
/// stays with its client.
/// </summary>
internal sealed class LargeBodies : IDisposable
{
    public const int AtOnce = 2;

    private const int MaxWaitingOfCompany = 100;

    private readonly TimeSpan _patience;
    private readonly PartitionedRateLimiter<long> _ofCompany = PartitionedRateLimiter.Create<long, long>(companyId => Turns(companyId, 1, MaxWaitingOfCompany));
    private readonly PartitionedRateLimiter<long> _all = PartitionedRateLimiter.Create<long, int>(_ => Turns(0, AtOnce, int.MaxValue)); // One of each company waits here.
    private readonly PartitionedRateLimiter<long> _turns;

    /// <param name="patience">How long a request waits for its turn.</param>
    public LargeBodies(TimeSpan patience)
    {
        _patience = patience;
        _turns = PartitionedRateLimiter.CreateChained(_ofCompany, _all);
    }

    /// <returns>What ends the turn; null: the request has waited too long, or too many of its company wait.</returns>
    public async Task<IDisposable?> EnterAsync(long companyId, CancellationToken ct)
    {
        var turn = _turns.AttemptAcquire(companyId);
        if (!turn.IsAcquired)
        {
            turn.Dispose();
            turn = await WaitAsync(companyId, ct);
        }

        return turn is { IsAcquired: true } ? turn : null;
    }

    public void Dispose()
    {
        _turns.Dispose();
        _ofCompany.Dispose();
        _all.Dispose();
    }

    private async Task<RateLimitLease?> WaitAsync(long companyId, CancellationToken ct)
    {
        using var waits = CancellationTokenSource.CreateLinkedTokenSource(ct);
        waits.CancelAfter(_patience);
        try
        {
            return await _turns.AcquireAsync(companyId, cancellationToken: waits.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private static RateLimitPartition<T> Turns<T>(T key, int atOnce, int maxWaiting) =>
        RateLimitPartition.GetConcurrencyLimiter(key, _ => new ConcurrencyLimiterOptions { PermitLimit = atOnce, QueueLimit = maxWaiting });
}
