using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Sluice.Engine.Storage;

namespace Sluice.Server.Http;

/// <summary>
/// Counts the calls that each company makes in a day (UTC). Counts in memory and adds to the database once a second: a call costs no write,
/// and a crash loses at most one second of calls. The sum that the database returns includes the calls at other nodes.
/// </summary>
internal sealed partial class DailyQuota(Db db, TimeProvider clock, ILogger<DailyQuota> logger) : BackgroundService
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<long, Count> _counts = new();

    // One save at a time: two at once would both write the same calls.
    private readonly SemaphoreSlim _saving = new(1);

    private long Today => clock.GetUtcNow().ToUnixTimeMilliseconds() / (long)Day.TotalMilliseconds;

    /// <returns>Whether the company had a call left today. If so, that call is now spent.</returns>
    public async ValueTask<bool> TrySpendAsync(long companyId, int callsPerDay, CancellationToken ct)
    {
        var today = Today;
        var count = _counts.TryGetValue(companyId, out var known) && known.Day == today ? known : await LoadAsync(companyId, today, ct);
        return count.TrySpend(callsPerDay);
    }

    /// <summary>Undoes the spending of a call that was refused after all.</summary>
    public void GiveBack(long companyId) => _counts[companyId].GiveBack();

    public TimeSpan UntilFree() => Day - clock.GetUtcNow().TimeOfDay;

    /// <summary>
    /// Adds the calls since the last save to the database. When a company's write fails, its calls are kept and written next time; the other
    /// companies are saved all the same, and the first failure is thrown at the end.
    /// </summary>
    public Task SaveAsync(CancellationToken ct) => SaveAsync(_counts, ct);

    public override void Dispose()
    {
        _saving.Dispose();
        base.Dispose();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var timeout = new CancellationTokenSource(ShutdownTimeout, TimeProvider.System); // Its own: a slow client may have used up the host's time to stop.
        try
        {
            await SaveAsync(timeout.Token);
        }
        catch (Exception fault)
        {
            LogForgotten(fault.Message); // A server must be able to stop cleanly while its database is unreachable.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SaveEvery); // Real seconds, whatever the dev clock shows.
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

    private async Task SaveAsync(IEnumerable<KeyValuePair<long, Count>> counts, CancellationToken ct)
    {
        Exception? first = null;
        await _saving.WaitAsync(ct);
        try
        {
            foreach (var (companyId, count) in counts)
            {
                first = await TrySaveAsync(companyId, count, ct) is { } fault ? first ?? fault : first;
            }
        }
        finally
        {
            _saving.Release();
        }

        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private async Task<Exception?> TrySaveAsync(long companyId, Count count, CancellationToken ct)
    {
        try
        {
            if (count.Unsaved is not 0 and var spent)
            {
                count.Saved(spent, await AddAsync(companyId, count.Day, spent, ct));
            }

            return null;
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            return fault;
        }
    }

    private async ValueTask<Count> LoadAsync(long companyId, long today, CancellationToken ct)
    {
        await SaveAsync(_counts.TryGetValue(companyId, out var known) ? [new(companyId, known)] : [], ct); // After midnight, this saves yesterday's last calls.
        var rows = await db.QueryAsync($"select used from quota_days where company_id = {companyId} and day = {today}", row => row.GetInt64(0), ct);
        return _counts.AddOrUpdate(
            companyId,
            static (_, loaded) => loaded,
            static (_, before, loaded) => before.Day == loaded.Day ? before : loaded, // Another request loaded it meanwhile.
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

    [LoggerMessage(1, LogLevel.Warning, "The call counts of the last second could not be saved; the next save will include them")]
    private partial void LogNotSaved(Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "The call counts of the last second could not be saved while stopping and are lost: {Reason}")]
    private partial void LogForgotten(string reason);

    private sealed class Count(long day, long saved)
    {
        private readonly Lock _lock = new();
        private long _saved = saved;
        private long _unsaved;

        public long Day => day;

        /// <summary>Negative when a call is given back that was already saved.</summary>
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
