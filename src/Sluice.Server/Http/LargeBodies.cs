using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Sluice.Server.Http;

/// <summary>
/// Bounds the memory that large JSON bodies take: one of each company is in memory at once, and some megabytes of all companies. While a body waits for its turn,
/// nobody reads it, so it stays with its client. Large answers take the turns of their company, too.
/// </summary>
internal sealed class LargeBodies(TimeSpan patience) : IDisposable
{
    /// <summary>Room for the largest body and, beside it, for a smaller one.</summary>
    public const int Megabytes = 40;

    private const int MaxWaitingOfCompany = 100;
    private const string RetryAfter = "5";

    private static readonly ApiError Crowded = new(StatusCodes.Status429TooManyRequests, "Other large requests are being worked on. Try again in a few seconds");

    /// <summary>A client that sends more slowly loses its turn: it would keep all others waiting.</summary>
    private static readonly MinDataRate TurnRate = new(bytesPerSecond: 128 * 1024, gracePeriod: TimeSpan.FromSeconds(5));

    private readonly PartitionedRateLimiter<long> _ofCompany =
        PartitionedRateLimiter.Create<long, long>(companyId => RateLimitPartition.GetConcurrencyLimiter(companyId, static _ => Turns(1, MaxWaitingOfCompany)));

    private readonly ConcurrencyLimiter _room = new(Turns(Megabytes, int.MaxValue)); // One of each company waits here.

    /// <summary>Waits for the turn of a request. It has its turn until it ends.</summary>
    /// <returns>The refusal, or null.</returns>
    public async ValueTask<ApiError?> RefuseAsync(HttpContext http, long bytes)
    {
        if (await EnterAsync(http.Features.GetRequired<Call>().CompanyId, bytes, http.RequestAborted) is not { } turn)
        {
            http.Response.Headers.RetryAfter = RetryAfter;
            http.Response.Headers.Connection = "close"; // The server then does not wait for the body.
            return Crowded;
        }

        http.Response.RegisterForDispose(turn);
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = TurnRate;
        }

        return null;
    }

    /// <param name="bytes">How much memory the body takes at most; 0 for an answer that is kept in a file.</param>
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
        // Once the patience is over, AcquireAsync gives nothing, not even what is free.
        var ofCompany = _ofCompany.AttemptAcquire(companyId) is { IsAcquired: true } free ? free : await _ofCompany.AcquireAsync(companyId, cancellationToken: ct);
        try
        {
            return ofCompany.IsAcquired ? new Turn(ofCompany, megabytes == 0 ? null : await EnterRoomAsync(megabytes, ct)) : null;
        }
        catch
        {
            ofCompany.Dispose();
            throw;
        }
    }

    private async Task<RateLimitLease> EnterRoomAsync(int megabytes, CancellationToken ct) =>
        _room.AttemptAcquire(megabytes) is { IsAcquired: true } free ? free : await _room.AcquireAsync(megabytes, ct);

    private static ConcurrencyLimiterOptions Turns(int atOnce, int maxWaiting) => new() { PermitLimit = atOnce, QueueLimit = maxWaiting };

    private sealed record Turn(RateLimitLease OfCompany, RateLimitLease? Room) : IDisposable
    {
        public void Dispose()
        {
            Room?.Dispose();
            OfCompany.Dispose();
        }
    }
}
