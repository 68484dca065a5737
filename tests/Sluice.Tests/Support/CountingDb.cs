using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Support;

/// <summary>Counts the server's queries outside transactions. Those inside are not counted: background loops look for work there, at any time.</summary>
internal sealed class CountingDb(Db inner) : Db(inner.Dialect)
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public override string Description => inner.Description;

    /// <summary>Pass this to <see cref="TestOptions.Adjust"/>; the test then uses <c>(CountingDb)app.Db</c>.</summary>
    public static void Wrap(IServiceCollection services)
    {
        var open = services.Single(service => service.ServiceType == typeof(Db)).ImplementationFactory!;
        services.AddSingleton<Db>(provider => new CountingDb((Db)open(provider)));
    }

    public override Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct)
    {
        Interlocked.Increment(ref _count);
        return inner.QueryAsync(sql, read, ct);
    }

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct)
    {
        Interlocked.Increment(ref _count);
        return inner.FindAsync(lookUp, companyId, keys, ct);
    }

    public override Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) => inner.InTransactionAsync(work, ct);

    public override Task<T> InSnapshotAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) => inner.InSnapshotAsync(work, ct);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
