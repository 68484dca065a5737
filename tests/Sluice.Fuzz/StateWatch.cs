using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Sluice.Fuzz;

/// <summary>
/// Tells whether a request changed the database. A transaction that begins before the request keeps seeing the state of that moment, so nothing
/// has to be copied. After the request, a quick look says whether anything was committed since. Only if so, both states are read and compared.
/// </summary>
internal abstract class StateWatch(DbConnection before, DbConnection now) : IAsyncDisposable
{
    /// <summary>Tables that change by themselves: leases of nodes, and the calls that were counted.</summary>
    private static readonly string[] OfNodes = ["nodes", "call_slots", "server_era", "quota_days", ChangesTable];

    protected const string ChangesTable = "fuzz_changes";

    private DbTransaction? _transaction;
    private long _version;

    protected DbConnection Now => now;

    /// <summary>Remembers the state of this moment. If nothing was committed since the last time, that is known already: most requests are refused.</summary>
    public async Task BeginAsync(CancellationToken ct)
    {
        if (_transaction is not null && !await HasCommittedAsync(ct))
        {
            return;
        }

        await (_transaction?.DisposeAsync() ?? ValueTask.CompletedTask);
        _transaction = await BeginAsync(before, ct);
        _version = await VersionAsync(ct);
        await OneAsync(before, "select count(*) from companies", ct); // SQLite takes the snapshot with the first read.
    }

    /// <returns>Whether anything was committed since, even if it left all rows as they were.</returns>
    public async Task<bool> HasCommittedAsync(CancellationToken ct) => await VersionAsync(ct) != _version;

    /// <returns>The rows that differ from the remembered state; empty if none does.</returns>
    public async Task<List<string>> ChangesAsync(CancellationToken ct)
    {
        var changes = new List<string>();
        if (!await HasCommittedAsync(ct))
        {
            return changes;
        }

        foreach (var table in (await TablesAsync(ct)).Except(OfNodes))
        {
            var (then, present) = (await RowsAsync(before, table, ct), await RowsAsync(now, table, ct));
            changes.AddRange(then.Except(present).Select(row => $"- {table}: {row}"));
            changes.AddRange(present.Except(then).Select(row => $"+ {table}: {row}"));
        }

        return changes;
    }

    public async ValueTask DisposeAsync()
    {
        await (_transaction?.DisposeAsync() ?? ValueTask.CompletedTask);
        await before.DisposeAsync();
        await now.DisposeAsync();
    }

    /// <returns>A number that is another one after each commit that may have changed a row.</returns>
    protected abstract Task<long> VersionAsync(CancellationToken ct);

    protected abstract Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken ct);

    protected abstract Task<List<string>> TablesAsync(CancellationToken ct);

    protected static async Task<long> OneAsync(DbConnection connection, string sql, CancellationToken ct)
    {
        await using var command = Command(connection, sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture);
    }

    protected static async Task<List<string>> TextsAsync(DbConnection connection, string sql, CancellationToken ct)
    {
        await using var command = Command(connection, sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var texts = new List<string>();
        while (await reader.ReadAsync(ct))
        {
            texts.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)));
        }

        return texts;
    }

    private static async Task<HashSet<string>> RowsAsync(DbConnection connection, string table, CancellationToken ct) => [.. await TextsAsync(connection, $"select * from {table}", ct)];

    private static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants and names of tables.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}

/// <summary>On SQLite, the file itself counts the commits of other connections. A commit that wrote no page is not counted.</summary>
internal sealed class SqliteStateWatch(SqliteConnection before, SqliteConnection now) : StateWatch(before, now)
{
    public static async Task<SqliteStateWatch> OpenAsync(string file, CancellationToken ct)
    {
        var watch = new SqliteStateWatch(new SqliteConnection($"Data Source={file};Pooling=False"), new SqliteConnection($"Data Source={file};Pooling=False"));
        await watch.OpenAsync(ct);
        return watch;
    }

    protected override Task<long> VersionAsync(CancellationToken ct) => OneAsync(Now, "pragma data_version", ct);

    protected override Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken ct) => Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: true));

    protected override Task<List<string>> TablesAsync(CancellationToken ct) => TextsAsync(Now, "select name from sqlite_master where type = 'table'", ct);

    private async Task OpenAsync(CancellationToken ct)
    {
        await before.OpenAsync(ct);
        await now.OpenAsync(ct);
    }
}

/// <summary>On PostgreSQL, triggers write a row for each change of a row, in the same transaction: if that is undone, so is the row.</summary>
internal sealed class PostgresStateWatch(NpgsqlConnection before, NpgsqlConnection now) : StateWatch(before, now)
{
    public static async Task<PostgresStateWatch> OpenAsync(string database, CancellationToken ct)
    {
        var watch = new PostgresStateWatch(new NpgsqlConnection($"{database};Pooling=false"), new NpgsqlConnection($"{database};Pooling=false"));
        await watch.OpenAsync(ct);
        return watch;
    }

    protected override Task<long> VersionAsync(CancellationToken ct) => OneAsync(Now, $"select coalesce(max(number), 0) from {ChangesTable}", ct);

    protected override async Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken ct) => await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);

    protected override Task<List<string>> TablesAsync(CancellationToken ct) => TextsAsync(Now, "select table_name::text from information_schema.tables where table_schema = current_schema()", ct);

    private async Task OpenAsync(CancellationToken ct)
    {
        await before.OpenAsync(ct);
        await now.OpenAsync(ct);
        await TextsAsync(now, $"""
            create table {ChangesTable} (number bigint generated always as identity primary key);
            create function note_change() returns trigger language plpgsql as 'begin insert into {ChangesTable} default values; return null; end';
            """, ct);
        foreach (var table in (await TablesAsync(ct)).Except([ChangesTable]))
        {
            await TextsAsync(now, $"""
                create trigger note_new after insert or delete on {table} for each row execute function note_change();
                create trigger note_changed after update on {table} for each row when (old.* is distinct from new.*) execute function note_change();
                """, ct);
        }
    }
}
