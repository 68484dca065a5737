using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Support;

/// <summary>Counts the rows that each transaction of the server changes, also those that it then undoes. While one runs, no other company can write. Only for SQLite.</summary>
internal sealed class WriterProbe(Db inner) : Db(inner.Dialect)
{
    private readonly Lock _lock = new();
    private readonly List<long> _changes = [];

    public override string Description => inner.Description;

    public override Signal NewEvents => inner.NewEvents;

    /// <summary>Pass this to <see cref="TestOptions.Adjust"/>; the test then uses <c>(WriterProbe)app.Db</c>.</summary>
    public static void Wrap(IServiceCollection services)
    {
        var open = services.Single(service => service.ServiceType == typeof(Db)).ImplementationFactory!;
        services.AddSingleton<Db>(provider => new WriterProbe((Db)open(provider)));
    }

    /// <returns>The rows that each transaction has changed since the last call. Those that changed nothing are absent.</returns>
    public List<long> Take()
    {
        lock (_lock)
        {
            List<long> taken = [.. _changes];
            _changes.Clear();
            return taken;
        }
    }

    public override Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct) => inner.QueryAsync(sql, read, ct);

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct) => inner.FindAsync(lookUp, companyId, keys, ct);

    public override Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) => inner.InTransactionAsync(
        async tx =>
        {
            var before = await ChangesAsync(tx);
            try
            {
                return await work(tx);
            }
            finally
            {
                Note(await ChangesAsync(tx) - before);
            }
        },
        ct);

    public override Task<T> InSnapshotAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) => inner.InSnapshotAsync(work, ct);

    public override Task ForgetDeletedAsync(CancellationToken ct) => inner.ForgetDeletedAsync(ct);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    private static async Task<long> ChangesAsync(IDbSession tx) => (await tx.QueryAsync($"select total_changes()", row => row.GetInt64(0), CancellationToken.None)).Single();

    private void Note(long rows)
    {
        lock (_lock)
        {
            _changes.AddRange(rows > 0 ? [rows] : []);
        }
    }
}
