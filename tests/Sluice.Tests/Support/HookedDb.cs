using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Support;

/// <summary>
/// Runs a function of the test before each transaction of a call, for example to write what another node would write. If the test itself runs the engine, also before the
/// engine's transactions. Not before those of the background workers: the function would run for one of them, and the call that should wait for it would go on.
/// </summary>
internal sealed class HookedDb(Db inner, IHttpContextAccessor calls) : Db(inner.Dialect)
{
    private readonly AsyncLocal<bool> _isTest = new();
    private Func<Db, Task>? _before;

    /// <summary>Gets the database without the hook. If it throws, the transaction fails.</summary>
    public Func<Db, Task>? Before
    {
        set => (_before, _isTest.Value) = (value, true);
    }

    public override string Description => inner.Description;

    public override Signal NewEvents => inner.NewEvents;

    /// <summary>Pass this to <see cref="TestOptions.Adjust"/>; the test then uses <c>(HookedDb)app.Db</c>.</summary>
    public static void Wrap(IServiceCollection services)
    {
        var open = services.Single(service => service.ServiceType == typeof(Db)).ImplementationFactory!;
        services.AddHttpContextAccessor();
        services.AddSingleton<Db>(provider => new HookedDb((Db)open(provider), provider.GetRequiredService<IHttpContextAccessor>()));
    }

    public override Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct) => inner.QueryAsync(sql, read, ct);

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct) => inner.FindAsync(lookUp, companyId, keys, ct);

    public override async Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct)
    {
        if (_before is { } before && (_isTest.Value || calls.HttpContext is not null))
        {
            await before(inner);
        }

        return await inner.InTransactionAsync(work, ct);
    }

    public override Task<T> InSnapshotAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) => inner.InSnapshotAsync(work, ct);

    public override Task ForgetDeletedAsync(CancellationToken ct) => inner.ForgetDeletedAsync(ct);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
