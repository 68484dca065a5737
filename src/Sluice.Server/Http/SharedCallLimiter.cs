namespace Sluice.Server.Http;

/// <summary>
/// Never more than so many calls of a company in any one second, over all nodes: the limit is cut into slots, rows of the database, and a
/// slot that is taken is nobody's for a second. Up to 64 calls a second a slot is one call; of a larger limit it is a share, which the node
/// must use within a moment. That all are taken is remembered until one is free, so a flood asks no more than good callers do.
/// </summary>
internal sealed class SharedCallLimiter(CallSlotStore slots, long companyId, int callsPerSecond, TimeProvider clock)
{
    private const int MaxSlots = 64;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    private readonly int _slots = Math.Min(callsPerSecond, MaxSlots);
    private readonly Lock _lock = new();
    private int _left; // of the share taken last
    private DateTimeOffset _usableUntil;
    private DateTimeOffset _closedUntil;
    private Task _asking = Task.CompletedTask;

    public int CallsPerSecond => callsPerSecond;

    /// <summary>Counts the call if it may pass. A refused one counts nothing, and one that finds no database is not let through but told.</summary>
    public async ValueTask<bool> TryPassAsync(CancellationToken ct)
    {
        while (true)
        {
            Task asking;
            lock (_lock)
            {
                var now = clock.GetUtcNow();
                if (_left > 0 && now <= _usableUntil)
                {
                    _left--;
                    return true;
                }

                if (now < _closedUntil)
                {
                    return false;
                }

                // One question for all who wait, and nobody's token: the first asker hanging up must not fail the others.
                asking = _asking = _asking.IsCompleted ? Task.Run(AskAsync, CancellationToken.None) : _asking;
            }

            await asking.WaitAsync(ct);
        }
    }

    private async Task AskAsync()
    {
        var now = clock.GetUtcNow();
        var heldUntil = now + Second + (callsPerSecond > MaxSlots ? Moment : TimeSpan.Zero);
        var answer = await slots.TakeAsync(companyId, _slots, now, heldUntil, CancellationToken.None);
        lock (_lock)
        {
            _left = answer.Slot is { } slot ? Share(slot) : 0;
            _usableUntil = clock.GetUtcNow() + Moment;
            _closedUntil = answer.Slot is null ? answer.FreeAt : now;
        }
    }

    private int Share(int slot) => (callsPerSecond / _slots) + (slot < callsPerSecond % _slots ? 1 : 0);
}
