using System.Collections.Concurrent;
using System.Net;

namespace Sluice.Server.Http;

/// <summary>
/// Slows down an IP address that keeps sending bad credentials: after 20 refusals in a minute, each further refusal takes one second. Only
/// refusals are delayed; requests with good credentials from the same address (an office, a proxy) are not [inf].
/// </summary>
internal sealed class FailedLogins(TimeProvider clock)
{
    private const int Free = 20;
    private const int MaxAddresses = 10_000;
    private const int MaxWaiting = 1_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<IPAddress, Failures> _failures = new();
    private int _waiting;

    public async ValueTask SlowDownAsync(IPAddress? address, CancellationToken ct)
    {
        if (Count(address ?? IPAddress.None) <= Free)
        {
            return;
        }

        try
        {
            // Beyond this bound, refusals are not delayed. That is safe: a secret has 256 random bits, so the delay only reduces noise.
            if (Interlocked.Increment(ref _waiting) <= MaxWaiting)
            {
                await Task.Delay(Wait, clock, ct);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private int Count(IPAddress address)
    {
        if (_failures.Count >= MaxAddresses)
        {
            _failures.Clear();
        }

        var now = clock.GetTimestamp();
        return _failures.AddOrUpdate(
            address,
            static (_, now) => new Failures(now, 1),
            (_, failures, now) => clock.GetElapsedTime(failures.Since, now) > Window ? new Failures(now, 1) : failures with { Count = failures.Count + 1 },
            now).Count;
    }

    private sealed record Failures(long Since, int Count);
}
