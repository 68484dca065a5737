using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>What one author works with: the names of the company's things, and the transaction that everything is read and written in.</summary>
internal sealed class AuthoringSession(NameIndex names, IdMaker ids, DateTimeOffset now, CancellationToken ct)
{
    public NameIndex Names { get; } = names;

    public IDbSession Tx => Names.Tx;

    public long CompanyId => Names.CompanyId;

    public IdMaker Ids => ids;

    public DateTimeOffset Now => now;

    public CancellationToken Ct => ct;
}

/// <summary>Opens authoring sessions.</summary>
internal sealed class AuthoringSessions(Db db, IdMaker ids, TimeProvider clock)
{
    /// <summary>Runs the work in one transaction. The company's row is locked first, so that nobody changes the names that the work relies on.</summary>
    public Task<T> WriteAsync<T>(long companyId, Func<AuthoringSession, Task<T>> work, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            await new CompanyStore(tx).LockAsync(companyId, ct);
            return await work(await OpenAsync(tx, companyId, ct));
        },
        ct);

    public async Task<T> ReadAsync<T>(long companyId, Func<AuthoringSession, Task<T>> work, CancellationToken ct) => await work(await OpenAsync(db, companyId, ct));

    private async Task<AuthoringSession> OpenAsync(IDbSession session, long companyId, CancellationToken ct) =>
        new(await NameIndex.ReadAsync(session, companyId, ct), ids, clock.GetUtcNow(), ct);
}
