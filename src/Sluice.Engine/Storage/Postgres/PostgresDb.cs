using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>
/// A PostgreSQL database, shared with any number of other nodes. Work that the server rolled back, or whose connection was lost before
/// the commit, runs again. If a commit gets no answer, the server is first asked for the outcome; the work runs again only if it was undone.
/// </summary>
internal sealed class PostgresDb : Db
{
    private const int MaxTries = 5;

    private readonly NpgsqlDataSource _source;
    private readonly PostgresCommits _commits;
    private readonly string _opening;
    private readonly ConcurrentDictionary<object, Lazy<IAsyncDisposable>> _lookUps = new();

    public PostgresDb(string database)
        : base(Dialect.Postgres)
    {
        var settings = PostgresSettings.Read(database);
        var patience = TimeSpan.FromSeconds(settings.CommandTimeout);
        _source = PostgresSettings.Open(settings);
        _commits = new PostgresCommits(_source, patience);

        // A node that stops in the middle of a transaction, or is cut off, keeps its locks no longer than a statement may take. Each
        // transaction sets this anew, because behind a pooler the session is shared with others.
        _opening = string.Create(CultureInfo.InvariantCulture, $"select pg_current_xact_id(), set_config('idle_in_transaction_session_timeout', '{patience.TotalMilliseconds}', true)");
        Description = $"PostgreSQL {settings.Host}/{settings.Database}";
    }

    public override string Description { get; }

    public static bool Understands(string database) => PostgresSettings.Understands(database);

    public override Task<List<T>> QueryAsync<T>(Sql sql, Func<DbDataReader, T> read, CancellationToken ct) => AgainAsync(async () =>
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        return await new PostgresSession(connection).QueryAsync(sql, read, ct);
    });

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct) =>
        AgainAsync(() => LanesOf(lookUp).FindAsync(companyId, keys, ct));

    public override Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) => AgainAsync(async () =>
    {
        var era = await _commits.EraAsync(ct);
        await using var connection = await _source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var session = new PostgresSession(connection, _opening);
        var result = await work(session);
        try
        {
            // From here on the caller cannot cancel: after a cancelled commit, nobody would know whether it was done.
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        catch (Exception fault) when (session.TransactionId is { } id && !PostgresFaults.IsRefusal(fault))
        {
            _commits.ForgetEra();
            return await _commits.WasDoneAsync(id, era, fault) ? result : throw new CommitUndoneException(fault);
        }
    });

    public override async ValueTask DisposeAsync()
    {
        foreach (var lookUp in _lookUps.Values)
        {
            await lookUp.Value.DisposeAsync();
        }

        await _source.DisposeAsync();
    }

    private PostgresLookUp<T> LanesOf<T>(LookUp<T> lookUp)
        where T : unmanaged =>
        (PostgresLookUp<T>)_lookUps.GetOrAdd(lookUp, _ => new Lazy<IAsyncDisposable>(() => new PostgresLookUp<T>(_source, lookUp))).Value;

    private async Task<T> AgainAsync<T>(Func<Task<T>> run)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await run();
            }
            catch (Exception fault) when (attempt < MaxTries && PostgresFaults.IsUndone(fault))
            {
                // A deadlock or a conflict, which the server resolved by rolling back this transaction; the same work may succeed now.
                StorageMeter.Retried.Add(1);
            }
            catch (Exception fault) when (attempt < MaxTries && PostgresFaults.IsConnectionLost(fault))
            {
                _commits.ForgetEra();
                _source.Clear(); // The pool's other connections were most likely lost as well.
                StorageMeter.Retried.Add(1);
            }
            catch (Exception fault) when (PostgresFaults.IsOfDatabase(fault))
            {
                StorageMeter.Failed.Add(1);
                throw;
            }
        }
    }
}
