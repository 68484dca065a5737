using System.Collections.Concurrent;
using Sluice.Engine.Storage;

namespace Sluice.Server.Http;

/// <summary>
/// How many calls each company has made today (UTC). Counted in memory and added to the database once a second, so that a call
/// costs no write and a crash forgets a second of calls at most. The sum that comes back holds the other nodes' calls too.
/// </summary>
internal sealed partial class DailyQuota(Db db, TimeProvider clock, ILogger<DailyQuota> logger) : BackgroundService
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<long, Count> _counts = new();

    // One at a time: two would each write the same calls.
    private readonly SemaphoreSlim _saving = new(1);

    private long Today => clock.GetUtcNow().ToUnixTimeMilliseconds() / (long)Day.TotalMilliseconds;

    /// <returns>Whether there was a call left; then it is spent.</returns>
    public async ValueTask<bool> TrySpendAsync(long companyId, int callsPerDay, CancellationToken ct)
    {
        var today = Today;
        var count = _counts.TryGetValue(companyId, out var known) && known.Day == today ? known : await LoadAsync(companyId, today, ct);
        return count.TrySpend(callsPerDay);
    }

    /// <summary>For a call that was refused after all.</summary>
    public void GiveBack(long companyId) => _counts[companyId].GiveBack();

    public TimeSpan UntilFree() => Day - clock.GetUtcNow().TimeOfDay;

    /// <summary>Adds what was spent since the last time. What cannot be written now is kept and written next time.</summary>
    public async Task SaveAsync(CancellationToken ct)
    {
        await _saving.WaitAsync(ct);
        try
        {
            foreach (var (companyId, count) in _counts)
            {
                if (count.Unsaved is not 0 and var spent)
                {
                    count.Saved(spent, await AddAsync(companyId, count.Day, spent, ct));
                }
            }
        }
        finally
        {
            _saving.Release();
        }
    }

    public override void Dispose()
    {
        _saving.Dispose();
        base.Dispose();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = new CancellationTokenSource(LastPatience, TimeProvider.System); // Of its own: a slow client may have used up that of all.
        try
        {
            await SaveAsync(patience.Token);
        }
        catch (Exception fault)
        {
            LogForgotten(fault.Message); // A server must be able to end well while its database is away.
        }
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

    private async ValueTask<Count> LoadAsync(long companyId, long today, CancellationToken ct)
    {
        await SaveAsync(ct); // At midnight: yesterday's last calls.
        var rows = await db.QueryAsync($"select used from quota_days where company_id = {companyId} and day = {today}", row => row.GetInt64(0), ct);
        return _counts.AddOrUpdate(
            companyId,
            static (_, loaded) => loaded,
            static (_, before, loaded) => before.Day == loaded.Day ? before : loaded, // Somebody else loaded it meanwhile.
            new Count(today, rows.FirstOrDefault()));
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

    [LoggerMessage(2, LogLevel.Warning, "The calls of the last second could not be saved on the way out, and are forgotten: {Reason}")]
    private partial void LogForgotten(string reason);

    private sealed class Count(long day, long saved)
    {
        private readonly Lock _lock = new();
        private long _saved = saved;
        private long _unsaved;

        public long Day => day;

        /// <summary>Below zero where a call that was saved already is given back.</summary>
        public long Unsaved
        {
            get
            {
                lock (_lock)
                {
                    return _unsaved;
                }
            }
        }

        public bool TrySpend(int max)
        {
            lock (_lock)
            {
                if (_saved + _unsaved >= max)
                {
                    return false;
                }

                _unsaved++;
                return true;
            }
        }

        public void GiveBack()
        {
            lock (_lock)
            {
                _unsaved--;
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
