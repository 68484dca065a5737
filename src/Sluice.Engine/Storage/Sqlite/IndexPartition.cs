namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// A hash table with open addressing and linear probing. A key's rows stand at the place that its hash gives, or soon after, close to each
/// other. A dictionary of lists was rejected: measured, it took four times the memory and caused garbage-collector pauses of half a second.
/// </summary>
internal sealed class IndexPartition<T>
    where T : unmanaged
{
    private Place[] _places;
    private int _count;

    public IndexPartition(int expected) => _places = new Place[Math.Max(4, expected + (expected / 5))];

    /// <summary>Whether a row stands where a search for this hash begins.</summary>
    public bool IsTaken(UInt128 hash) => _places[Home(hash)].IsTaken;

    public void Find(UInt128 hash, long position, List<T> found)
    {
        for (var at = Home(hash); _places[at].IsTaken; at = Next(at))
        {
            if (_places[at].Has(hash))
            {
                var row = _places[at].Row;
                LookUp<T>.Cells(ref row)[0] = position;
                found.Add(row);
            }
        }
    }

    /// <returns>Whether the row is new; otherwise it replaced an old one.</returns>
    public bool Put(UInt128 hash, T row)
    {
        if (_count + 1 >= _places.Length - (_places.Length / 8)) // Keeps free places, because a search ends at one.
        {
            Grow();
        }

        var at = Search(hash, LookUp<T>.Cells(ref row)[1]);
        var isNew = !_places[at].IsTaken;
        _count += isNew ? 1 : 0;
        _places[at].Set(hash, row);
        return isNew;
    }

    /// <returns>Whether the row was there.</returns>
    public bool Remove(UInt128 hash, long id)
    {
        var hole = Search(hash, id);
        if (!_places[hole].IsTaken)
        {
            return false;
        }

        // Closes the hole, so that no search ends there too early: each later row that a search would look for at or before the hole moves
        // into it, and leaves a new hole.
        for (var at = Next(hole); _places[at].IsTaken; at = Next(at))
        {
            if (Distance(Home(_places[at].Hash), at) >= Distance(hole, at))
            {
                _places[hole] = _places[at];
                hole = at;
            }
        }

        _places[hole] = default;
        _count--;
        return true;
    }

    /// <returns>The index of that row's place, or of the free place where it belongs.</returns>
    private int Search(UInt128 hash, long id)
    {
        var at = Home(hash);
        while (_places[at].IsTaken && !(_places[at].Has(hash) && _places[at].Id == id))
        {
            at = Next(at);
        }

        return at;
    }

    private void Grow()
    {
        var old = _places;
        _places = new Place[old.Length + (old.Length / 4)];
        foreach (var place in old)
        {
            if (place.IsTaken)
            {
                _places[Search(place.Hash, place.Id)] = place;
            }
        }
    }

    private int Home(UInt128 hash) => (int)Math.BigMul((ulong)hash, (ulong)_places.Length, out _);

    private int Next(int at) => at + 1 == _places.Length ? 0 : at + 1;

    /// <summary>Number of steps from one place forward to another.</summary>
    private int Distance(int from, int to) => to >= from ? to - from : to - from + _places.Length;

    /// <summary>
    /// A row and its hash. The upper half of the hash uses the row's first long, which is free: it is the position of the key in a call, and
    /// a row gets it only when it is found.
    /// </summary>
    private struct Place
    {
        private ulong _low;
        private T _row;

        public readonly bool IsTaken => _low != 0;

        public readonly T Row => _row;

        public UInt128 Hash => new((ulong)LookUp<T>.Cells(ref _row)[0], _low);

        public long Id => LookUp<T>.Cells(ref _row)[1];

        public bool Has(UInt128 hash) => _low == (ulong)hash && Hash == hash;

        public void Set(UInt128 hash, T row)
        {
            (_low, _row) = ((ulong)hash, row);
            LookUp<T>.Cells(ref _row)[0] = (long)(ulong)(hash >> 64);
        }
    }
}
