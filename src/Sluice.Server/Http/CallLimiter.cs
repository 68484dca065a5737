namespace Sluice.Server.Http;

/// <summary>
/// Never more than so many calls in any one second: keeps the times of the last calls in a ring. A token bucket was rejected: it
/// lets twice the rate through in a second that follows a pause.
/// </summary>
internal sealed class CallLimiter(int callsPerSecond)
{
    private readonly Lock _lock = new();
    private readonly long[] _last = new long[callsPerSecond];
    private long _calls;

    public int CallsPerSecond => callsPerSecond;

    /// <summary>Counts the call if it may pass. A refused one counts nothing.</summary>
    public bool TryPass(TimeProvider clock)
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            ref var oldest = ref _last[_calls % _last.Length];
            if (_calls >= _last.Length && now - oldest < clock.TimestampFrequency)
            {
                return false;
            }

            oldest = now;
            _calls++;
            return true;
        }
    }
}
