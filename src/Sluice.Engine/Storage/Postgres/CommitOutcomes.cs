using Npgsql;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>
/// Finds out whether a transaction is committed when its commit got no answer. PostgreSQL knows the outcome of each transaction by the
/// transaction's id. After a crash or a failover, the server gives the id of a lost transaction to a new one, so "committed" may be about
/// the new one. The era guards against that: a row that each node reads at its start, in a table that a crash or a failover empties. If
/// the era has changed, "committed" is not trusted; "not committed" is true in any era. A row per transaction was rejected: it adds a
/// second write to every transaction, for a case that hardly ever happens.
/// </summary>
internal sealed class CommitOutcomes(NpgsqlDataSource source, TimeSpan timeout)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private volatile string? _era;

    /// <returns>The era; null on a database that does not have the table yet, where only the migrator runs.</returns>
    public async ValueTask<string?> EraAsync(CancellationToken ct) => _era ??= await ReadEraAsync(ct);

    /// <summary>Called after a lost connection: the server may have crashed or failed over, so the era must be read again.</summary>
    public void ForgetEra() => _era = null;

    /// <returns>Whether the transaction was committed.</returns>
    /// <exception cref="CommitUnknownException">The outcome cannot be determined.</exception>
    public async Task<bool> WasCommittedAsync(ulong id, string? era, Exception fault)
    {
        for (var asked = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(asked) < timeout;)
        {
            switch (await AskAsync(id))
            {
                case ("committed", var now) when now is not null && now == era: return true;
                case ("aborted", _): return false;
                case ("in progress", _) or ("away", _): await Task.Delay(Between, TimeProvider.System); break;
                default: throw new CommitUnknownException(fault);
            }
        }

        throw new CommitUnknownException(fault);
    }

    private async Task<(string? Status, string? Era)> AskAsync(ulong id)
    {
        try
        {
            await using var command = source.CreateCommand("select pg_xact_status($1), (select era from server_era)");
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Xid8, Value = id });
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            return (reader.TextOrNull(0), reader.TextOrNull(1));
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InvalidParameterValue)
        {
            return ("aborted", null); // The id is "in the future": this server never reached it, so the transaction is lost.
        }
        catch (NpgsqlException)
        {
            return ("away", null);
        }
    }

    private async Task<string?> ReadEraAsync(CancellationToken ct)
    {
        try
        {
            await using var command = source.CreateCommand("""
                insert into server_era (number, era)
                values (1, gen_random_uuid())
                on conflict (number) do update set era = server_era.era
                returning era
                """);
            return (string?)await command.ExecuteScalarAsync(ct);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return null;
        }
    }
}
