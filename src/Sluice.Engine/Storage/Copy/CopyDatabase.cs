using Sluice.Engine.Storage.Setup;

namespace Sluice.Engine.Storage.Copy;

/// <summary>
/// Copies one database into another of either kind. One transaction writes a batch of rows together with the copy's progress, so that an
/// interrupted copy continues where it stopped. At the end, each table is read on both sides and compared; until then no server accepts
/// the target.
/// </summary>
/// <param name="clear">Deletes the rows with which a migration filled the target; the source's rows replace them.</param>
internal sealed class CopyDatabase(Db from, Db to, Func<IDbSession, CancellationToken, Task> clear, TimeProvider clock, Action<int> progress)
{
    private const int Batch = 5000;

    /// <returns>Number of rows to read: each row once to copy it, and twice to compare it.</returns>
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
        await to.InTransactionAsync(tx => new CopyProgress(tx).BeginAsync(from.Description, tables, clear, clock, ct), ct);
        foreach (var table in tables)
        {
            await CopyAsync(table, ct);
        }

        var copied = await VerifyAsync(ct);
        await to.InTransactionAsync(tx => new CopyProgress(tx).EndAsync(ct), ct);
        await PlannerStatistics.AnalyzeAsync(to, ct);
        return copied;
    }

    /// <summary>Compares each table of the two databases.</summary>
    /// <exception cref="CopyRefusedException">A table differs.</exception>
    public async Task<List<CopiedTable>> VerifyAsync(CancellationToken ct)
    {
        var copied = new List<CopiedTable>();
        foreach (var table in await TablesAsync(ct))
        {
            var (ours, theirs) = (await CopyChecksum.ComputeAsync(from, table, Batch, progress, ct), await CopyChecksum.ComputeAsync(to, table, Batch, progress, ct));
            if ((ours.Rows, ours.Text) != (theirs.Rows, theirs.Text))
            {
                throw new CopyRefusedException(
                    $"the table {table.Name} differs: source {ours.Rows} rows with checksum {ours.Text}, target {theirs.Rows} with {theirs.Text}. Stop all writers, empty the target and copy again.");
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
            : throw new CopyRefusedException("the two databases do not have the same tables.");
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
