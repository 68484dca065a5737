using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Engine.Storage.Copy;

/// <summary>Of all rows of a table, in whatever order: the two databases need not sort text alike. A sum of hashes, so a row that is there twice counts.</summary>
internal sealed class CopyChecksum
{
    private UInt128 _sum;

    public long Rows { get; private set; }

    public string Text => _sum.ToString("x32", CultureInfo.InvariantCulture);

    public void Add(object?[] row)
    {
        // Length before text, so that no two different rows are written alike.
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

    public static async Task<CopyChecksum> OfAsync(Db db, CopyTable table, int page, Action<int> progress, CancellationToken ct)
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
