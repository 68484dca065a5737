using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sluice.Engine.Storage;

/// <summary>Facts of companies that hardly ever change: kept for ten seconds, so what another node changes is known here ten seconds later.</summary>
internal sealed class RecentFacts
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(Type Type, long CompanyId), (object Fact, long Since)> _facts = new();

    /// <returns>Null: it was never read, or too long ago.</returns>
    public T? Find<T>(long companyId)
        where T : class => _facts.TryGetValue((typeof(T), companyId), out var known) && Stopwatch.GetElapsedTime(known.Since) < Kept ? (T)known.Fact : null;

    public void Keep<T>(long companyId, T fact)
        where T : class => _facts[(typeof(T), companyId)] = (fact, Stopwatch.GetTimestamp());
}
