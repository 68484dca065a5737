using System.Diagnostics;

namespace Sluice.Engine.Primitives;

/// <summary>Remembers the last 10,000 spans by a key. Used only while spans are exported.</summary>
internal sealed class RecentSpans<TKey>
    where TKey : notnull
{
    private const int Max = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, ActivityContext> _spans = [];
    private readonly Queue<TKey> _oldest = [];

    public void Add(TKey key, ActivityContext span)
    {
        lock (_lock)
        {
            if (!_spans.TryAdd(key, span))
            {
                return;
            }

            _oldest.Enqueue(key);
            if (_oldest.Count > Max)
            {
                _spans.Remove(_oldest.Dequeue());
            }
        }
    }

    public ActivityContext? Find(TKey key)
    {
        lock (_lock)
        {
            return _spans.TryGetValue(key, out var span) ? span : null;
        }
    }
}
