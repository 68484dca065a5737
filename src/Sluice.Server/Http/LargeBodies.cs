using System.Collections.Concurrent;

namespace Sluice.Server.Http;

/// <summary>
/// Bounds the memory that large JSON bodies take: two of them are in memory at once, and one of each company. While a body waits for its turn, nobody reads it, so it
/// stays with its client.
/// </summary>
/// <param name="patience">How long a request waits for its turn.</param>
internal sealed class LargeBodies(TimeSpan patience) : IDisposable
{
    public const int AtOnce = 2;

    private readonly SemaphoreSlim _all = new(AtOnce);
    private readonly ConcurrentDictionary<long, SemaphoreSlim> _ofCompany = new();

    /// <returns>What ends the turn; null: the request has waited too long.</returns>
    public async Task<IDisposable?> EnterAsync(long companyId, CancellationToken ct)
    {
        var own = _ofCompany.GetOrAdd(companyId, _ => new SemaphoreSlim(1));
        if (!await own.WaitAsync(patience, ct))
        {
            return null;
        }

        Turn? turn = null;
        try
        {
            return turn = await _all.WaitAsync(patience, ct) ? new Turn(own, _all) : null;
        }
        finally
        {
            if (turn is null)
            {
                own.Release();
            }
        }
    }

    public void Dispose()
    {
        _all.Dispose();
        foreach (var own in _ofCompany.Values)
        {
            own.Dispose();
        }
    }

    private sealed class Turn(SemaphoreSlim own, SemaphoreSlim all) : IDisposable
    {
        public void Dispose()
        {
            all.Release();
            own.Release();
        }
    }
}
