using Npgsql;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>
/// Finds out what became of a transaction whose commit got no answer: the server knows each transaction by its number. After a crash or a
/// failover the number of one that was lost is given out again, so "committed" may then speak of another's. That is what the era is for: a
/// row that each node reads at start, in a table which a crash and a failover leave empty. "Not committed" is true in any era.
/// A row of each transaction's own was rejected: a second write in every one, for what hardly ever happens.
/// </summary>
internal sealed class PostgresCommits(NpgsqlDataSource source, TimeSpan patience)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private volatile string? _era;

    /// <returns>Null on a database that has no such table yet; then only the migrator is at work.</returns>
    public async ValueTask<string?> EraAsync(CancellationToken ct) => _era ??= await ReadEraAsync(ct);

    /// <summary>The server may have been away.</summary>
    public void ForgetEra() => _era = null;

    /// <returns>Whether it was committed.</returns>
    /// <exception cref="CommitUnknownException">It cannot be said.</exception>
    public async Task<bool> WasDoneAsync(ulong id, string? era, Exception fault)
    {
        for (var asked = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(asked) < patience;)
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
            return ("aborted", null); // "In the future": this server has never come as far.
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
