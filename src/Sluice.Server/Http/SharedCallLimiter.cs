namespace Sluice.Server.Http;

/// <summary>
/// Limits the calls of a company over all nodes: never more than <see cref="CallsPerSecond"/> pass in any one second. The limit is divided into
/// slots, which are rows of the database. A node takes a slot, and no node can take that slot again for one second. With a limit of up to 64
/// calls per second, a slot is one call. With a larger limit, a slot is a share of the limit, which the node must use within 50 ms. When all slots
/// are taken, the limiter remembers it until one is free, so a flood of calls costs no more database queries than a normal load.
/// </summary>
internal sealed class SharedCallLimiter(CallSlotStore slots, long companyId, int callsPerSecond, TimeProvider clock)
{
    private const int MaxSlots = 64;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    private readonly int _slots = Math.Min(callsPerSecond, MaxSlots);
    private readonly Lock _lock = new();
    private int _left; // calls left of the share that was taken last
    private DateTimeOffset _usableUntil;
    private DateTimeOffset _closedUntil;
    private Task _asking = Task.CompletedTask;

    public int CallsPerSecond => callsPerSecond;

    /// <summary>Counts the call if it may pass. A refused call is not counted. Throws when the database does not answer; such a call does not pass.</summary>
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

                // All waiting calls share one query. It takes no call's cancellation token: one client that disconnects must not fail the others.
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
