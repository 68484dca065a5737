using System.Data.Common;
using System.Runtime.CompilerServices;
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
            var noting = new NotingSession(tx);
            var result = await work(await OpenAsync(noting, by, ct));
            await (noting.HasWritten ? new CompanyStore(tx).CountAuthoringAsync(by.CompanyId, null, ct) : Task.CompletedTask); // What was refused has written nothing.
            return result;
        },
        ct);

    /// <summary>Writes what was decided on a version of the company's things, in one transaction.</summary>
    /// <returns>False: another author has written since, and nothing was written now.</returns>
    public Task<bool> WriteAsync(long companyId, long version, Func<IDbSession, Task> write, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var isCurrent = await new CompanyStore(tx).CountAuthoringAsync(companyId, version, ct);
            await (isCurrent ? write(tx) : Task.CompletedTask);
            return isCurrent;
        },
        ct);

    public async Task<T> ReadAsync<T>(Actor by, Func<AuthoringSession, Task<T>> work, CancellationToken ct) => await work(await OpenAsync(db, by, ct));

    /// <summary>Runs work that only decides. It sees everything as of one moment, and also gets the version of that moment.</summary>
    public Task<T> DecideAsync<T>(Actor by, Func<AuthoringSession, long, Task<T>> work, CancellationToken ct) => db.InSnapshotAsync(
        async tx => await work(await OpenAsync(tx, by, ct), await new CompanyStore(tx).GetAuthoringVersionAsync(by.CompanyId, ct)), ct);

    private async Task<AuthoringSession> OpenAsync(IDbSession session, Actor by, CancellationToken ct) =>
        new(await NameIndex.ReadAsync(session, by.CompanyId, ct), ids, by, clock.GetUtcNow(), ct);

    /// <summary>Notes whether anything is written, so that no operation can forget to say so.</summary>
    private sealed class NotingSession(IDbSession tx) : IDbSession
    {
        public bool HasWritten { get; private set; }

        public Dialect Dialect => tx.Dialect;

        public RecentFacts? Recent => tx.Recent;

        public Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct) => tx.QueryAsync(sql, read, ct);

        public async Task<int> ExecuteAsync([InterpolatedStringHandlerArgument("")] Sql sql, CancellationToken ct)
        {
            var rows = await tx.ExecuteAsync(sql, ct);
            HasWritten |= rows > 0;
            return rows;
        }

        public Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct)
        {
            HasWritten = true;
            return tx.ImportAsync(table, rows, ct);
        }

        public void AnnounceEvents() => tx.AnnounceEvents();
    }
}
