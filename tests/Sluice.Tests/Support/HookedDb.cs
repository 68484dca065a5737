using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Support;

/// <summary>Lets a test do something before each transaction of the server, for example as another node would.</summary>
internal sealed class HookedDb(Db inner) : Db(inner.Dialect)
{
    /// <summary>Gets the database without the hook. Also called before transactions of the server's background work. If it throws, the transaction fails.</summary>
    public Func<Db, Task>? Before { get; set; }

    public override string Description => inner.Description;

    public override Signal NewEvents => inner.NewEvents;

    /// <summary>Pass this to <see cref="TestOptions.Adjust"/>; the test then uses <c>(HookedDb)app.Db</c>.</summary>
    public static void Wrap(IServiceCollection services)
    {
        var open = services.Single(service => service.ServiceType == typeof(Db)).ImplementationFactory!;
        services.AddSingleton<Db>(provider => new HookedDb((Db)open(provider)));
    }

    public override Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct) => inner.QueryAsync(sql, read, ct);

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct) => inner.FindAsync(lookUp, companyId, keys, ct);

    public override async Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct)
    {
        await (Before?.Invoke(inner) ?? Task.CompletedTask);
        return await inner.InTransactionAsync(work, ct);
    }

    public override Task<T> InSnapshotAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) => inner.InSnapshotAsync(work, ct);

    public override Task ForgetDeletedAsync(CancellationToken ct) => inner.ForgetDeletedAsync(ct);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
