using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>What one author works with: the names of the company's things, and the transaction that everything is read and written in.</summary>
internal sealed class AuthoringSession(NameIndex names, IdMaker ids, Actor by, DateTimeOffset now, CancellationToken ct)
{
    public NameIndex Names { get; } = names;

    public IDbSession Tx => Names.Tx;

    public long CompanyId => Names.CompanyId;

    public IdMaker Ids => ids;

    /// <summary>The author.</summary>
    public Actor By => by;

    public DateTimeOffset Now => now;

    public CancellationToken Ct => ct;
}

/// <summary>Opens authoring sessions.</summary>
internal sealed class AuthoringSessions(Db db, IdMaker ids, TimeProvider clock)
{
    /// <summary>Runs the work in one transaction. The company's row is locked first, so that nobody changes the names that the work relies on.</summary>
    public Task<T> WriteAsync<T>(Actor by, Func<AuthoringSession, Task<T>> work, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            await new CompanyStore(tx).LockAsync(by.CompanyId, ct);
            return await work(await OpenAsync(tx, by, ct));
        },
        ct);

    public async Task<T> ReadAsync<T>(Actor by, Func<AuthoringSession, Task<T>> work, CancellationToken ct) => await work(await OpenAsync(db, by, ct));

    private async Task<AuthoringSession> OpenAsync(IDbSession session, Actor by, CancellationToken ct) =>
        new(await NameIndex.ReadAsync(session, by.CompanyId, ct), ids, by, clock.GetUtcNow(), ct);
}
