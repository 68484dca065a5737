using System.IO.Hashing;
using System.Security.Cryptography;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// Holds rows by company and key in memory. A row with two values of its own takes 32 bytes and a fifth for free places; what it shares with other rows is stored once
/// (<see cref="SharedValues{T}"/>). Of the key it stores only 96 bits of a hash, seeded with a random number that only this process knows. Two keys with the same
/// hash are so unlikely that none are expected. A change must not run at the same time as another call.
/// </summary>
internal sealed class IndexTable<T>
    where T : unmanaged
{
    /// <summary>Many small parts, so that nobody waits long while one grows: at ten million rows, the largest copy is 300 kB.</summary>
    private const int Parts = 1024;

    /// <summary>About as many as a key has.</summary>
    private const int RowsOfKey = 2;

    private readonly long _seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
    private readonly IndexPartition<T>[] _parts = new IndexPartition<T>[Parts];

    /// <param name="expected">The approximate number of rows to come.</param>
    /// <param name="ownColumns">How many of the look-up's columns have values that a row does not share with others. They come first, and the id is one of them.</param>
    public IndexTable(long expected, int ownColumns)
    {
        var shared = new SharedValues<T>(ownColumns);
        for (var i = 0; i < Parts; i++)
        {
            _parts[i] = new IndexPartition<T>((int)(expected / Parts), shared);
        }
    }

    public long Count { get; private set; }

    /// <summary>
    /// Adds the rows of some keys to <paramref name="found"/>, each with its key's position. Looks first only at the place where the search for each key
    /// begins. So the processor fetches the memory of all keys at the same time, and does not wait for one after the other.
    /// </summary>
    /// <param name="hashes">Of the keys.</param>
    /// <param name="first">The position of the first key.</param>
    public void Find(ReadOnlySpan<UInt128> hashes, long first, List<T> found)
    {
        var mayFind = false;
        foreach (var hash in hashes)
        {
            mayFind |= PartOf(hash).MayHave(hash);
        }

        if (!mayFind)
        {
            return;
        }

        found.EnsureCapacity(found.Count + (RowsOfKey * hashes.Length));
        for (var i = 0; i < hashes.Length; i++)
        {
            PartOf(hashes[i]).Find(hashes[i], first + i, found);
        }
    }

    /// <summary>Adds the row, or replaces the key's row with the same id.</summary>
    public void Put(long companyId, ReadOnlySpan<byte> key, in T row)
    {
        var hash = Hash(companyId, key);
        Count += PartOf(hash).Put(hash, row) ? 1 : 0;
    }

    /// <param name="companyId">The row's company.</param>
    /// <param name="key">The key under which the row was put.</param>
    /// <param name="id">The row's id: the look-up's first column.</param>
    public void Remove(long companyId, ReadOnlySpan<byte> key, long id)
    {
        var hash = Hash(companyId, key);
        Count -= PartOf(hash).Remove(hash, id) ? 1 : 0;
    }

    /// <summary>Never 0, which marks a free place.</summary>
    public UInt128 Hash(long companyId, ReadOnlySpan<byte> key) => XxHash128.HashToUInt128(key, _seed ^ companyId) | 1;

    private IndexPartition<T> PartOf(UInt128 hash) => _parts[(int)(hash >> 118)];
}
