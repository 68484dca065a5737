using System.Collections.Concurrent;
using Sluice.Storage;

namespace Sluice.Http;

/// <summary>
/// How many calls each company has made today (UTC). Counted in memory and added to the database once a second, so that a call
/// costs no write and a crash forgets a second of calls at most. The sum that comes back holds the other nodes' calls too.
/// </summary>
internal sealed partial class DailyQuota(Db db, TimeProvider clock, ILogger<DailyQuota> logger) : BackgroundService
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<long, Count> _counts = new();

    private long Today => clock.GetUtcNow().ToUnixTimeMilliseconds() / (long)Day.TotalMilliseconds;

    public ValueTask<long> UsedAsync(long companyId, CancellationToken ct)
    {
        var today = Today;
        return _counts.TryGetValue(companyId, out var count) && count.Day == today
            ? ValueTask.FromResult(count.Used)
            : LoadAsync(companyId, today, ct);
    }

    /// <summary>After <see cref="UsedAsync"/> has let the call pass.</summary>
    public void Spend(long companyId) => _counts[companyId].Spend();

    public TimeSpan UntilFree() => Day - clock.GetUtcNow().TimeOfDay;

    /// <summary>Adds what was spent since the last time. What cannot be written now is kept and written next time.</summary>
    public async Task SaveAsync(CancellationToken ct)
    {
        foreach (var (companyId, count) in _counts)
        {
            if (count.Unsaved is > 0 and var spent)
            {
                count.Saved(spent, await AddAsync(companyId, count.Day, spent, ct));
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SaveAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SaveEvery); // Real seconds, whatever the business clock is set to.
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await SaveAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotSaved(fault);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async ValueTask<long> LoadAsync(long companyId, long today, CancellationToken ct)
    {
        await SaveAsync(ct); // At midnight: yesterday's last calls.
        var rows = await db.QueryAsync($"select used from quota_days where company_id = {companyId} and day = {today}", row => row.GetInt64(0), ct);
        return _counts.AddOrUpdate(
            companyId,
            static (_, loaded) => loaded,
            static (_, before, loaded) => before.Day == loaded.Day ? before : loaded, // Somebody else loaded it meanwhile.
            new Count(today, rows.FirstOrDefault())).Used;
    }

    private Task<long> AddAsync(long companyId, long day, long spent, CancellationToken ct) => db.InTransactionAsync(async tx =>
    {
        var sums = await tx.QueryAsync($"""
            insert into quota_days (company_id, day, used)
            values ({companyId}, {day}, {spent})
            on conflict (company_id, day) do update set used = quota_days.used + excluded.used
            returning used
            """, row => row.GetInt64(0), ct);
        return sums.Single();
    }, ct);

    [LoggerMessage(1, LogLevel.Warning, "The calls of the last second could not be saved; they will be with the next")]
    private partial void LogNotSaved(Exception fault);

    private sealed class Count(long day, long saved)
    {
        private readonly Lock _lock = new();
        private long _saved = saved;
        private long _unsaved;

        public long Day => day;

        public long Used
        {
            get
            {
                lock (_lock)
                {
                    return _saved + _unsaved;
                }
            }
        }

        public long Unsaved => Interlocked.Read(ref _unsaved);

        public void Spend()
        {
            lock (_lock)
            {
                _unsaved++;
            }
        }

        public void Saved(long spent, long sum)
        {
            lock (_lock)
            {
                (_saved, _unsaved) = (sum, _unsaved - spent);
            }
        }
    }
}
