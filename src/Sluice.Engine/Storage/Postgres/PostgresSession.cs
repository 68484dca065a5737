using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>Runs statements on one connection.</summary>
/// <param name="connection">An open connection.</param>
/// <param name="opening">
/// A statement that is sent together with the first one, so that it needs no round trip of its own. Its first column is the transaction's
/// id. Null outside of a transaction.
/// </param>
/// <param name="recent">Kept by the database.</param>
internal sealed class PostgresSession(NpgsqlConnection connection, string? opening = null, RecentFacts? recent = null) : IDbSession
{
    private bool _isOpening = opening is not null;
    private bool _hasNoTimeout;

    public Dialect Dialect => Dialect.Postgres;

    public RecentFacts? Recent => recent;

    /// <summary>Null until the first statement has been answered.</summary>
    public ulong? TransactionId { get; private set; }

    public bool HasEvents { get; private set; }

    public Task<List<T>> QueryAsync<T>(Sql sql, Func<DbDataReader, T> read, CancellationToken ct) => RunAsync(
        sql,
        async reader =>
        {
            var rows = new List<T>();
            while (await reader.ReadAsync(ct))
            {
                rows.Add(read(reader));
            }

            return rows;
        },
        ct);

    public Task<int> ExecuteAsync(Sql sql, CancellationToken ct) => RunAsync(
        sql,
        async reader =>
        {
            while (await reader.NextResultAsync(ct))
            {
            }

            return reader.RecordsAffected;
        },
        ct);

    public async Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct)
    {
        if (_isOpening)
        {
            await ((IDbSession)this).QueryAsync($"select 1", row => 0, ct); // The opening can be sent only with a statement, not with a copy.
        }

        await PostgresImport.RunAsync(connection, table, rows, ct);
    }

    public void DisableTimeout() => _hasNoTimeout = true;

    public void AnnounceEvents() => HasEvents = true;

    private async Task<T> RunAsync<T>(Sql sql, Func<NpgsqlDataReader, Task<T>> read, CancellationToken ct)
    {
        if (_isOpening)
        {
            return await OpenAsync(sql, read, ct);
        }

#pragma warning disable CA2100 // The text contains only literals of this code and parameter names; every value is a parameter.
        await using var command = new NpgsqlCommand(sql.Text, connection);
#pragma warning restore CA2100
        command.CommandTimeout = _hasNoTimeout ? 0 : command.CommandTimeout;
        Bind(sql, command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await read(reader);
    }

    private async Task<T> OpenAsync<T>(Sql sql, Func<NpgsqlDataReader, Task<T>> read, CancellationToken ct)
    {
        _isOpening = false;
#pragma warning disable CA2100 // As above.
        var first = new NpgsqlBatchCommand(sql.Text);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(opening!), first } };
#pragma warning restore CA2100
        batch.Timeout = _hasNoTimeout ? 0 : batch.Timeout;
        Bind(sql, first.Parameters);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        TransactionId = reader.GetFieldValue<ulong>(0);
        await reader.NextResultAsync(ct);
        return await read(reader);
    }

    private static void Bind(Sql sql, NpgsqlParameterCollection parameters)
    {
        for (var i = 0; i < sql.Values.Count; i++)
        {
            parameters.Add(new NpgsqlParameter($"@p{i}", TypeOf(sql.Values[i].Type)) { Value = sql.Values[i].Value ?? DBNull.Value });
        }
    }

    private static NpgsqlDbType TypeOf(SqlType type) => type switch
    {
        SqlType.Integer => NpgsqlDbType.Bigint,
        SqlType.Text => NpgsqlDbType.Text,
        SqlType.Boolean => NpgsqlDbType.Boolean,
        SqlType.IntegerList => NpgsqlDbType.Array | NpgsqlDbType.Bigint,
        SqlType.TextList => NpgsqlDbType.Array | NpgsqlDbType.Text,
        SqlType.BooleanList => NpgsqlDbType.Array | NpgsqlDbType.Boolean,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
