namespace Sluice.Engine.Storage.Copy;

/// <summary>
/// Everything of one database into another of either kind. A batch of rows and how far it got are one transaction, so a copy that is cut off
/// goes on where it was. At the end each table is read on both sides and compared; until then no server takes the target.
/// </summary>
internal sealed class CopyDatabase(Db from, Db to, TimeProvider clock, Action<int> progress)
{
    private const int Batch = 5000;

    /// <returns>How many rows there are to read: to copy, and then twice to compare.</returns>
    public async Task<long> CountAsync(bool verifyOnly, CancellationToken ct)
    {
        var sum = 0L;
        foreach (var table in await CopyTable.AllAsync(from, ct))
        {
            sum += await table.CountAsync(from, ct);
        }

        return sum * (verifyOnly ? 2 : 3);
    }

    public async Task<List<CopiedTable>> RunAsync(CancellationToken ct)
    {
        var tables = await TablesAsync(ct);
        await to.InTransactionAsync(tx => new CopyProgress(tx).BeginAsync(from.Description, tables, clock, ct), ct);
        foreach (var table in tables)
        {
            await CopyAsync(table, ct);
        }

        var copied = await VerifyAsync(ct);
        await to.InTransactionAsync(tx => new CopyProgress(tx).EndAsync(ct), ct);
        await to.ExecuteAsync($"analyze", ct); // Neither database would otherwise know of the rows in time for the first query.
        return copied;
    }

    /// <exception cref="CopyRefusedException">They are not the same.</exception>
    public async Task<List<CopiedTable>> VerifyAsync(CancellationToken ct)
    {
        var copied = new List<CopiedTable>();
        foreach (var table in await TablesAsync(ct))
        {
            var (ours, theirs) = (await CopyChecksum.OfAsync(from, table, Batch, progress, ct), await CopyChecksum.OfAsync(to, table, Batch, progress, ct));
            if ((ours.Rows, ours.Text) != (theirs.Rows, theirs.Text))
            {
                throw new CopyRefusedException(
                    $"the table {table.Name} differs: {ours.Rows} rows with checksum {ours.Text} there, {theirs.Rows} with {theirs.Text} here. Did somebody write meanwhile? Empty the target and copy anew.");
            }

            copied.Add(new CopiedTable(table.Name, ours.Rows, ours.Text));
        }

        return copied;
    }

    private async Task<List<CopyTable>> TablesAsync(CancellationToken ct)
    {
        var (ours, theirs) = (await CopyTable.AllAsync(from, ct), await CopyTable.AllAsync(to, ct));
        return ours.Zip(theirs).All(pair => pair.First.Name == pair.Second.Name && pair.First.Columns.SequenceEqual(pair.Second.Columns)) && ours.Count == theirs.Count
            ? ours
            : throw new CopyRefusedException("the two databases have not the same tables.");
    }

    private async Task CopyAsync(CopyTable table, CancellationToken ct)
    {
        var last = await new CopyProgress(to).LastKeyAsync(table, ct);
        List<object?[]> rows;
        while ((rows = await table.PageAsync(from, last, Batch, ct)).Count > 0)
        {
            last = table.KeyOf(rows[^1]);
            await to.InTransactionAsync(async tx =>
            {
                await tx.ImportAsync(new SqlText(table.Name), table.Rows(rows), ct);
                await new CopyProgress(tx).SetLastKeyAsync(table, last, ct);
            }, ct);
            progress(rows.Count);
        }
    }
}

internal sealed record CopiedTable(string Name, long Rows, string Checksum);
