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
    /// The upper half of a row's hash is in its first long, which is free: it is the position of the key in a call, and a row gets it only when it is found.
    /// </summary>
    private T[] _rows;

    private int _count;

    public IndexPartition(int expected)
    {
        var places = Math.Max(4, expected + (expected / 5));
        (_hashes, _rows) = (new ulong[places], new T[places]);
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
                var row = _rows[at];
                LookUp<T>.Cells(ref row)[0] = position;
                found.Add(row);
            }
        }
    }

    /// <returns>Whether the row is new; otherwise it replaced an old one.</returns>
    public bool Put(UInt128 hash, T row)
    {
        if (_count + 1 >= _rows.Length - (_rows.Length / 8)) // Keeps free places, because a search ends at one.
        {
            Grow();
        }

        LookUp<T>.Cells(ref row)[0] = Upper(hash);
        var at = Search(hash, LookUp<T>.Cells(ref row)[1]);
        var isNew = !IsTaken(at);
        _count += isNew ? 1 : 0;
        (_hashes[at], _rows[at]) = ((ulong)hash, row);
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

        // Closes the hole, so that no search ends there too early: each later row that a search would look for at or before the hole moves
        // into it, and leaves a new hole.
        for (var at = Next(hole); IsTaken(at); at = Next(at))
        {
            if (Distance(Home(_hashes[at]), at) >= Distance(hole, at))
            {
                (_hashes[hole], _rows[hole]) = (_hashes[at], _rows[at]);
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
        while (IsTaken(at) && !(Has(at, hash) && LookUp<T>.Cells(ref _rows[at])[1] == id))
        {
            at = Next(at);
        }

        return at;
    }

    private void Grow()
    {
        var (hashes, rows, places) = (_hashes, _rows, _rows.Length + (_rows.Length / 4));
        (_hashes, _rows) = (new ulong[places], new T[places]);
        for (var i = 0; i < rows.Length; i++)
        {
            if (hashes[i] != 0)
            {
                var at = Search(new UInt128((ulong)LookUp<T>.Cells(ref rows[i])[0], hashes[i]), LookUp<T>.Cells(ref rows[i])[1]);
                (_hashes[at], _rows[at]) = (hashes[i], rows[i]);
            }
        }
    }

    private bool IsTaken(int at) => _hashes[at] != 0;

    private bool Has(int at, UInt128 hash) => _hashes[at] == (ulong)hash && LookUp<T>.Cells(ref _rows[at])[0] == Upper(hash);

    private static long Upper(UInt128 hash) => (long)(ulong)(hash >> 64);

    private int Home(ulong hash) => (int)Math.BigMul(hash, (ulong)_rows.Length, out _);

    private int Next(int at) => at + 1 == _rows.Length ? 0 : at + 1;

    /// <summary>Number of steps from one place forward to another.</summary>
    private int Distance(int from, int to) => to >= from ? to - from : to - from + _rows.Length;
}
