namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// A hash table with open addressing and linear probing. A key's rows stand at the place that its hash gives, or soon after, close to each
/// other. A dictionary of lists was rejected: measured, it took four times the memory and caused garbage-collector pauses of half a second.
/// </summary>
internal sealed class IndexPartition<T>
    where T : unmanaged
{
    /// <summary>
    /// The lower half of each row's hash; 0: the place is free. They are not beside their rows, because a search reads a dozen of them until it comes to a free
    /// place, and of the rows only those that it finds.
    /// </summary>
    private ulong[] _hashes;

    /// <summary>
    /// For each row as many longs as <see cref="_width"/> says. The upper half of the first has more bits of the row's hash; its lower half is the place of the row's
    /// values in <see cref="_shared"/>. The others are the values that the row does not share, beginning with the id.
    /// </summary>
    private long[] _rows;

    private readonly SharedValues<T> _shared;
    private readonly int _width;
    private int _count;

    public IndexPartition(int expected, SharedValues<T> shared)
    {
        var places = Math.Max(4, expected + (expected / 5));
        (_shared, _width) = (shared, 1 + shared.OwnColumns);
        (_hashes, _rows) = (new ulong[places], new long[places * _width]);
    }

    /// <summary>Looks only where a search for this hash begins.</summary>
    /// <returns>False: no row has this hash. True: a row may have it.</returns>
    public bool MayHave(UInt128 hash) => IsTaken(Home((ulong)hash));

    public void Find(UInt128 hash, long position, List<T> found)
    {
        for (var at = Home((ulong)hash); IsTaken(at); at = Next(at))
        {
            if (Has(at, hash))
            {
                var kept = RowAt(at);
                var row = _shared[SharedPlaceOf(at)];
                var cells = LookUp<T>.Cells(ref row);
                cells[0] = position;
                kept[1..].CopyTo(cells[1..]);
                found.Add(row);
            }
        }
    }

    /// <returns>Whether the row is new; otherwise it replaced an old one.</returns>
    public bool Put(UInt128 hash, T row)
    {
        if (_count + 1 >= _hashes.Length - (_hashes.Length / 8)) // Keeps free places, because a search ends at one.
        {
            Grow();
        }

        var cells = LookUp<T>.Cells(ref row);
        var at = Search(hash, cells[1]);
        var isNew = !IsTaken(at);
        if (isNew)
        {
            _count++;
        }
        else
        {
            _shared.Leave(SharedPlaceOf(at));
        }

        var kept = RowAt(at);
        _hashes[at] = (ulong)hash;
        cells[1..kept.Length].CopyTo(kept[1..]);
        kept[0] = ((long)CheckBits(hash) << 32) | (uint)_shared.Use(row);
        return isNew;
    }

    /// <returns>Whether the row was there.</returns>
    public bool Remove(UInt128 hash, long id)
    {
        var hole = Search(hash, id);
        if (!IsTaken(hole))
        {
            return false;
        }

        _shared.Leave(SharedPlaceOf(hole));

        // Closes the hole, so that no search ends there too early: each later row that a search would look for at or before the hole moves
        // into it, and leaves a new hole.
        for (var at = Next(hole); IsTaken(at); at = Next(at))
        {
            if (Distance(Home(_hashes[at]), at) >= Distance(hole, at))
            {
                _hashes[hole] = _hashes[at];
                RowAt(at).CopyTo(RowAt(hole));
                hole = at;
            }
        }

        _hashes[hole] = 0;
        _count--;
        return true;
    }

    /// <returns>The index of that row's place, or of the free place where it belongs.</returns>
    private int Search(UInt128 hash, long id)
    {
        var at = Home((ulong)hash);
        while (IsTaken(at) && !(Has(at, hash) && RowAt(at)[1] == id))
        {
            at = Next(at);
        }

        return at;
    }

    private void Grow()
    {
        var (hashes, rows, places) = (_hashes, _rows, _hashes.Length + (_hashes.Length / 4));
        (_hashes, _rows) = (new ulong[places], new long[places * _width]);
        for (var i = 0; i < hashes.Length; i++)
        {
            if (hashes[i] != 0)
            {
                var at = Home(hashes[i]);
                while (IsTaken(at))
                {
                    at = Next(at);
                }

                _hashes[at] = hashes[i];
                rows.AsSpan(i * _width, _width).CopyTo(RowAt(at));
            }
        }
    }

    private bool IsTaken(int at) => _hashes[at] != 0;

    private bool Has(int at, UInt128 hash) => _hashes[at] == (ulong)hash && (uint)(RowAt(at)[0] >> 32) == CheckBits(hash);

    private Span<long> RowAt(int at) => _rows.AsSpan(at * _width, _width);

    private int SharedPlaceOf(int at) => (int)RowAt(at)[0];

    /// <returns>The bits of a hash that are stored besides its lower half.</returns>
    private static uint CheckBits(UInt128 hash) => (uint)(hash >> 64);

    private int Home(ulong hash) => (int)Math.BigMul(hash, (ulong)_hashes.Length, out _);

    private int Next(int at) => at + 1 == _hashes.Length ? 0 : at + 1;

    /// <summary>Number of steps from one place forward to another.</summary>
    private int Distance(int from, int to) => to >= from ? to - from : to - from + _hashes.Length;
}
