using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Sluice.Engine.Companies;
using Sluice.Engine.Storage;

namespace Sluice.Server.Http;

/// <summary>
/// Limits the calls of each company per second and per day, counted over all its keys [doc]. On PostgreSQL, which several nodes can share,
/// both limits count over all nodes. On SQLite this server is the only node, and counts the calls per second in memory.
/// </summary>
internal sealed class Limits(DailyQuota quota, Db db, TimeProvider clock)
{
    public const string MeterName = "Sluice.Http";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("sluice.limits.refusals", "{call}", "Calls refused with 429, by limit.");

    private readonly CallSlotStore _slots = new(db);
    private readonly ConcurrentDictionary<long, CallLimiter> _limiters = new();
    private readonly ConcurrentDictionary<long, SharedCallLimiter> _sharedLimiters = new();

    /// <returns>
    /// Null when the call may pass; it is then counted. Otherwise how long to wait. A call that is refused, or that fails here, spends nothing [inf].
    /// </returns>
    public async ValueTask<TimeSpan?> FindWaitAsync(Caller caller, CancellationToken ct)
    {
        var (perSecond, perDay) = caller.Limits;
        if (perDay > 0 && !await quota.TrySpendAsync(caller.CompanyId, perDay, ct))
        {
            Refused.Add(1, new KeyValuePair<string, object?>("limit", "day"));
            return quota.UntilFree();
        }

        var passes = false;
        try
        {
            passes = perSecond <= 0 || await TryPassAsync(caller.CompanyId, perSecond, ct);
        }
        finally
        {
            if (!passes && perDay > 0)
            {
                quota.GiveBack(caller.CompanyId); // Also when the database does not answer: otherwise an outage would use up the day's calls.
            }
        }

        if (!passes)
        {
            Refused.Add(1, new KeyValuePair<string, object?>("limit", "second"));
            return TimeSpan.FromSeconds(1);
        }

        return null;
    }

    private ValueTask<bool> TryPassAsync(long companyId, int perSecond, CancellationToken ct) => db.Dialect.IsShared
        ? SharedLimiterOf(companyId, perSecond).TryPassAsync(ct)
        : ValueTask.FromResult(LimiterOf(companyId, perSecond).TryPass(clock));

    private CallLimiter LimiterOf(long companyId, int perSecond)
    {
        var limiter = _limiters.GetOrAdd(companyId, static (_, calls) => new CallLimiter(calls), perSecond);
        return limiter.CallsPerSecond == perSecond ? limiter : _limiters[companyId] = new CallLimiter(perSecond);
    }

    private SharedCallLimiter SharedLimiterOf(long companyId, int perSecond)
    {
        var limiter = _sharedLimiters.GetOrAdd(companyId, Make);
        return limiter.CallsPerSecond == perSecond ? limiter : _sharedLimiters[companyId] = Make(companyId);

        SharedCallLimiter Make(long id) => new(_slots, id, perSecond, clock);
    }
}
