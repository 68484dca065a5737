using System.Collections.Concurrent;

namespace Sluice.Http;

/// <summary>The calls of each company: so many a second, so many a day, counted over all its keys [doc].</summary>
internal sealed class Limits(DailyQuota quota, TimeProvider clock)
{
    private readonly ConcurrentDictionary<long, CallLimiter> _limiters = new();

    /// <returns>Null when the call may pass, and then it is counted; else how long to wait. A refused call spends nothing [inf].</returns>
    public async ValueTask<TimeSpan?> RefuseAsync(Caller caller, CancellationToken ct)
    {
        var (perSecond, perDay) = caller.Limits;
        if (perDay > 0 && !await quota.TrySpendAsync(caller.CompanyId, perDay, ct))
        {
            return quota.UntilFree();
        }

        if (perSecond > 0 && !LimiterOf(caller.CompanyId, perSecond).TryPass(clock))
        {
            if (perDay > 0)
            {
                quota.GiveBack(caller.CompanyId);
            }

            return TimeSpan.FromSeconds(1);
        }

        return null;
    }

    private CallLimiter LimiterOf(long companyId, int perSecond)
    {
        var limiter = _limiters.GetOrAdd(companyId, static (_, calls) => new CallLimiter(calls), perSecond);
        return limiter.CallsPerSecond == perSecond ? limiter : _limiters[companyId] = new CallLimiter(perSecond);
    }
}
