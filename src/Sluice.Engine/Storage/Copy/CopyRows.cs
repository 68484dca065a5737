namespace Sluice.Engine.Storage.Copy;

/// <summary>Makes all rows of one small database those of another, of either kind, in one transaction.</summary>
internal static class CopyRows
{
    private const int Batch = 5000;

    public static async Task RunAsync(IDbSession from, Db to, CancellationToken ct)
    {
        var tables = await CopyTable.AllAsync(to, ct);
        await to.InTransactionAsync(
            async tx =>
            {
                foreach (var table in Enumerable.Reverse(tables))
                {
                    await table.ClearAsync(tx, ct);
                }

                foreach (var table in tables)
                {
                    await CopyAsync(table, from, tx, ct);
                }
            },
            ct);
    }

    /// <summary>Reads all rows of a table, in the order of its key.</summary>
    public static async Task<List<object?[]>> ReadAsync(CopyTable table, IDbSession db, CancellationToken ct)
    {
        var all = new List<object?[]>();
        List<object?[]> rows;
        for (IReadOnlyList<object?>? last = null; (rows = await table.PageAsync(db, last, Batch, ct)).Count > 0; last = table.KeyOf(rows[^1]))
        {
            all.AddRange(rows);
        }

        return all;
    }

    private static async Task CopyAsync(CopyTable table, IDbSession from, IDbSession to, CancellationToken ct)
    {
        List<object?[]> rows;
        for (IReadOnlyList<object?>? last = null; (rows = await table.PageAsync(from, last, Batch, ct)).Count > 0; last = table.KeyOf(rows[^1]))
        {
            await to.ImportAsync(new SqlText(table.Name), table.Rows(rows), ct);
        }
    }
}
