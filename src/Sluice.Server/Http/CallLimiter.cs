namespace Sluice.Server.Http;

/// <summary>
/// Limits calls: never more than <see cref="CallsPerSecond"/> pass in any one second. Keeps the times of the last calls in a ring. A token
/// bucket was rejected: after a pause it lets twice the rate through within one second.
/// </summary>
internal sealed class CallLimiter(int callsPerSecond)
{
    private readonly Lock _lock = new();
    private readonly long[] _last = new long[callsPerSecond];
    private long _calls;

    public int CallsPerSecond => callsPerSecond;

    /// <summary>Counts the call if it may pass. A refused call is not counted.</summary>
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
