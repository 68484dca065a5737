using System.Collections.Concurrent;
using System.Data;
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
    private readonly NpgsqlDataSource _source;
    private readonly CommitOutcomes _commits;
    private readonly PostgresRetries _retries;
    private readonly string _opening;
    private readonly RecentFacts _recent = new();
    private readonly ConcurrentDictionary<object, Lazy<IAsyncDisposable>> _lookUps = new();

    /// <param name="machine">The clock of the pauses between tries.</param>
    /// <param name="schema">The schema that all statements use, over few connections; null: the one that the server chooses.</param>
    public PostgresDb(string database, TimeProvider machine, string? schema = null)
        : base(Dialect.Postgres)
    {
        var settings = PostgresSettings.Read(database);
        if (schema is not null)
        {
            PostgresSettings.UseSchema(settings, schema);
        }

        var timeout = TimeSpan.FromSeconds(settings.CommandTimeout);
        _source = PostgresSettings.Open(settings);
        _commits = new CommitOutcomes(_source, timeout);
        _retries = new PostgresRetries(ForgetConnections, machine);

        // A node that stops in the middle of a transaction, or is cut off, keeps its locks no longer than a statement may take. Each
        // transaction sets this anew, because behind a pooler the session is shared with others.
        _opening = string.Create(CultureInfo.InvariantCulture, $"select pg_current_xact_id(), set_config('idle_in_transaction_session_timeout', '{timeout.TotalMilliseconds}', true)");
        Description = $"PostgreSQL {settings.Host}/{settings.Database}";
    }

    public override string Description { get; }

    public static bool IsConnectionString(string database) => PostgresSettings.IsConnectionString(database);

    public override Task<List<T>> QueryAsync<T>(Sql sql, Func<DbDataReader, T> read, CancellationToken ct) => RequestTransaction.Current?.Session is { } begun ? begun.QueryAsync(sql, read, ct) : _retries.RunAsync(
        async () =>
        {
            await using var connection = await _source.OpenConnectionAsync(ct);
            return await new PostgresSession(connection).QueryAsync(sql, read, ct);
        },
        ct);

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct) =>
        _retries.RunAsync(() => LanesOf(lookUp).FindAsync(companyId, keys, ct), ct);

    public override Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) => RequestTransaction.Current is { } whole ? whole.JoinAsync(work, ct) : _retries.RunAsync(
        async () =>
        {
            var era = await _commits.EraAsync(ct);
            await using var connection = await _source.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var session = new PostgresSession(connection, _opening, _recent);
            var result = await work(session);
            try
            {
                // From here on the caller cannot cancel: after a cancelled commit, nobody would know whether it was done.
                await transaction.CommitAsync(CancellationToken.None);
            }
            catch (Exception fault) when (session.TransactionId is { } id && !PostgresFaults.IsCommitRefused(fault))
            {
                _commits.ForgetEra();
                if (!await _commits.WasCommittedAsync(id, era, fault))
                {
                    throw new CommitUndoneException(fault);
                }
            }

            if (session.HasEvents)
            {
                NewEvents.Send();
            }

            return result;
        },
        ct);

    public override Task<T> InSnapshotAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct) => RequestTransaction.Current?.Session is { } begun ? work(begun) : _retries.RunAsync(
        async () =>
        {
            await using var connection = await _source.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
            return await work(new PostgresSession(connection)); // Never committed.
        },
        ct);

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

    /// <summary>Called after a lost connection: the pool's other connections were most likely lost as well.</summary>
    private void ForgetConnections()
    {
        _commits.ForgetEra();
        _source.Clear();
    }
}
