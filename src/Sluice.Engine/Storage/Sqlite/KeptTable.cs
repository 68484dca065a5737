using System.IO.Hashing;
using System.Security.Cryptography;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// Rows by company and key, in memory: 56 bytes and a fifth for a row of six numbers. Of the key only a hash of 128 bits is there, made
/// with a number that only this process knows; two keys that share one are not expected before the sun goes out. One caller at a time.
/// </summary>
internal sealed class KeptTable<T>
    where T : unmanaged
{
    /// <summary>Many small parts, so that one that grows holds nobody up: the largest copy at ten million rows is half a megabyte.</summary>
    private const int Parts = 1024;

    private readonly long _seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
    private readonly KeptPart<T>[] _parts = new KeptPart<T>[Parts];

    /// <param name="expected">How many rows there will be, roughly.</param>
    public KeptTable(long expected)
    {
        for (var i = 0; i < Parts; i++)
        {
            _parts[i] = new KeptPart<T>((int)(expected / Parts));
        }
    }

    public long Count { get; private set; }

    /// <summary>Adds what there is to <paramref name="found"/>, with this position.</summary>
    public void Find(long companyId, ReadOnlySpan<byte> key, long position, List<T> found)
    {
        var hash = Hash(companyId, key);
        PartOf(hash).Find(hash, position, found);
    }

    /// <summary>A row that is there already takes the new one's numbers.</summary>
    public void Put(long companyId, ReadOnlySpan<byte> key, in T row)
    {
        var hash = Hash(companyId, key);
        Count += PartOf(hash).Put(hash, row) ? 1 : 0;
    }

    /// <param name="companyId">Whose.</param>
    /// <param name="key">Under which it was put.</param>
    /// <param name="id">Its first number.</param>
    public void Remove(long companyId, ReadOnlySpan<byte> key, long id)
    {
        var hash = Hash(companyId, key);
        Count -= PartOf(hash).Remove(hash, id) ? 1 : 0;
    }

    private KeptPart<T> PartOf(UInt128 hash) => _parts[(int)(hash >> 118)];

    /// <summary>Never 0, which marks a free place.</summary>
    private UInt128 Hash(long companyId, ReadOnlySpan<byte> key) => XxHash128.HashToUInt128(key, _seed ^ companyId) | 1;
}
