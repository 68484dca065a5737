using System.Data.Common;
using System.Runtime.CompilerServices;
using Sluice.Storage;

namespace Sluice.Simulation;

/// <summary>The database as one worker has it: around each of its transactions the worker may be killed, or something else may come first.</summary>
internal sealed class SimDb(Db inner, Dialect dialect, Turmoil turmoil, Plant plant, CancellationTokenSource life) : Db(dialect)
{
    public override string Description => inner.Description;

    public override Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct) =>
        inner.QueryAsync(sql, read, ct);

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct) =>
        inner.FindAsync(lookUp, companyId, keys, ct);

    public override async Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct)
    {
        await turmoil.BeforeAsync("commit", life);
        var result = await inner.InTransactionAsync(tx => work(plant == Plant.None ? tx : new PlantedSession(tx, plant)), ct);
        await turmoil.AfterCommitAsync(life);
        return result;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask; // The file outlives every worker.
}
