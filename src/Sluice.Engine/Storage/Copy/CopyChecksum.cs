using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Engine.Storage.Copy;

/// <summary>
/// A checksum over all rows of a table that does not depend on their order, because the two databases need not sort text alike. It is a
/// sum of hashes, so a row that exists twice changes it.
/// </summary>
internal sealed class CopyChecksum
{
    private UInt128 _sum;

    public long Rows { get; private set; }

    public string Text => _sum.ToString("x32", CultureInfo.InvariantCulture);

    public void Add(object?[] row)
    {
        // The length comes before the text, so that two different rows never give the same text.
        var text = new StringBuilder();
        foreach (var value in row)
        {
            _ = value switch
            {
                null => text.Append('n'),
                string words => text.Append(CultureInfo.InvariantCulture, $"t{words.Length}:{words}"),
                _ => text.Append(CultureInfo.InvariantCulture, $"i{value};"),
            };
        }

        _sum += BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        Rows++;
    }

    public static async Task<CopyChecksum> ComputeAsync(Db db, CopyTable table, int page, Action<int> progress, CancellationToken ct)
    {
        var sum = new CopyChecksum();
        List<object?[]> rows;
        for (IReadOnlyList<object?>? last = null; (rows = await table.PageAsync(db, last, page, ct)).Count > 0; last = table.KeyOf(rows[^1]))
        {
            rows.ForEach(sum.Add);
            progress(rows.Count);
        }

        return sum;
    }
}
