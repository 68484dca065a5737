using System.Threading.RateLimiting;

namespace Sluice.Server.Http;

/// <summary>
/// Bounds the memory that large JSON bodies take: one of each company is in memory at once, and some megabytes of all companies. While a body waits for its turn,
/// nobody reads it, so it stays with its client.
/// </summary>
internal sealed class LargeBodies(TimeSpan patience) : IDisposable
{
    /// <summary>Room for the largest body and, beside it, for a smaller one.</summary>
    public const int Megabytes = 40;

    private const int MaxWaitingOfCompany = 100;

    private readonly PartitionedRateLimiter<long> _ofCompany =
        PartitionedRateLimiter.Create<long, long>(companyId => RateLimitPartition.GetConcurrencyLimiter(companyId, static _ => Turns(1, MaxWaitingOfCompany)));

    private readonly ConcurrencyLimiter _room = new(Turns(Megabytes, int.MaxValue)); // One of each company waits here.

    /// <param name="bytes">How long the body is, or may be at most.</param>
    /// <returns>What ends the turn; null: the request has waited too long, or too many of its company wait.</returns>
    public async Task<IDisposable?> EnterAsync(long companyId, long bytes, CancellationToken ct)
    {
        using var waits = CancellationTokenSource.CreateLinkedTokenSource(ct);
        waits.CancelAfter(patience);
        try
        {
            return await EnterAsync(companyId, (int)Math.Ceiling(bytes / (1024.0 * 1024)), waits.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _room.Dispose();
        _ofCompany.Dispose();
    }

    private async Task<Turn?> EnterAsync(long companyId, int megabytes, CancellationToken ct)
    {
        var ofCompany = await _ofCompany.AcquireAsync(companyId, cancellationToken: ct);
        try
        {
            return ofCompany.IsAcquired ? new Turn(ofCompany, await _room.AcquireAsync(megabytes, ct)) : null;
        }
        catch
        {
            ofCompany.Dispose();
            throw;
        }
    }

    private static ConcurrencyLimiterOptions Turns(int atOnce, int maxWaiting) => new() { PermitLimit = atOnce, QueueLimit = maxWaiting };

    private sealed record Turn(RateLimitLease OfCompany, RateLimitLease Room) : IDisposable
    {
        public void Dispose()
        {
            Room.Dispose();
            OfCompany.Dispose();
        }
    }
}
