using Sluice.Engine.Primitives;

namespace Sluice.Server.Dev.Seed;

/// <summary>
/// The only source of randomness in a demo company. It starts from one number: the same number gives the same company. Callers must draw in
/// an order that follows from the code and its lists, never from the order of a dictionary.
/// </summary>
internal sealed class SeedRandom(int seed)
{
    /// <summary>The node number in the ids. No server has this number, so no id made later can equal one of these.</summary>
    private const int Node = 0;

    private const int Sequences = 4096;

    /// <summary>From this time on, ids have 18 digits, as in the API's examples. Older things get ids as if they had been imported at this time.</summary>
    private static readonly DateTimeOffset Imported = new(2020, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _random = new(seed);
    private readonly HashSet<long> _ids = [];

    /// <returns>A number from 0 to one below <paramref name="end"/>.</returns>
    public int Below(int end) => _random.Next(end);

    public TimeSpan UpTo(TimeSpan longest) => TimeSpan.FromSeconds(_random.NextInt64((long)longest.TotalSeconds + 1));

    public T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    /// <param name="weight">How often an item is picked compared with the others; 0: never.</param>
    public T Pick<T>(IReadOnlyList<T> from, Func<T, int> weight)
    {
        var draw = _random.Next(from.Sum(weight));
        foreach (var one in from)
        {
            draw -= weight(one);
            if (draw < 0)
            {
                return one;
            }
        }

        throw new InvalidOperationException("Nothing to pick from");
    }

    public T[] Shuffle<T>(IEnumerable<T> items)
    {
        T[] shuffled = [.. items];
        _random.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>Makes the id that a server would have made within that second.</summary>
    public long Id(DateTimeOffset time)
    {
        while (true)
        {
            var then = time < Imported ? Imported + UpTo(TimeSpan.FromHours(1)) : time;
            var id = IdRange.MakeIdAt(then + TimeSpan.FromMilliseconds(_random.Next(1000)), Node, _random.Next(Sequences));
            if (_ids.Add(id))
            {
                return id;
            }
        }
    }

    /// <summary>Makes the id of an invented API request: 96 bits in base 36 have 19 digits, of which the first is at most 7.</summary>
    public string RequestId() => Letters("123456", 1) + Letters("0123456789abcdefghijklmnopqrstuvwxyz", 18);

    public string Letters(string alphabet, int length) => new([.. Enumerable.Range(0, length).Select(_ => alphabet[_random.Next(alphabet.Length)])]);

    /// <summary>Replaces each # by a digit.</summary>
    public string Digits(string pattern) => new([.. pattern.Select(letter => letter == '#' ? (char)('0' + _random.Next(10)) : letter)]);
}
