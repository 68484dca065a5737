using System.Data.Common;
using System.Runtime.CompilerServices;
using Sluice.Storage;

namespace Sluice.Simulation;

/// <summary>
/// A bug put in on purpose, to see that the simulation finds it: the engine stays as it is, but what it asks of the database is changed on the
/// way.
/// </summary>
internal enum Plant
{
    None,

    /// <summary>A worker that is late writes all the same.</summary>
    Fence,

    /// <summary>Nobody looks once more before a mail is sent: whoever is open counts as waiting for it.</summary>
    Reply,
}

/// <summary>A transaction as the engine sees it, with the planted bug.</summary>
internal sealed class PlantedSession(IDbSession inner, Plant plant) : IDbSession
{
    private bool _takesMail;

    public Dialect Dialect => inner.Dialect;

    public Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct) =>
        inner.QueryAsync(sql.Rewritten(Change), read, ct);

    public Task<int> ExecuteAsync([InterpolatedStringHandlerArgument("")] Sql sql, CancellationToken ct) => inner.ExecuteAsync(sql.Rewritten(Change), ct);

    public Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct) => inner.ImportAsync(table, rows, ct);

    private string Change(string text)
    {
        switch (plant)
        {
            case Plant.Fence:
                return text.Replace(" and flow_instances.fence = n.fence", "", StringComparison.Ordinal);
            case Plant.Reply:
                // Mail is taken in a transaction that begins with the company's row.
                _takesMail |= text.Contains("from companies", StringComparison.Ordinal);
                return !_takesMail
                    ? text
                    : text.Replace("i.status, ", "case when i.status = 2 then 1 else i.status end, ", StringComparison.Ordinal)
                        .Replace("i.waits_for, ", "case when i.status = 2 then 2 else i.waits_for end, ", StringComparison.Ordinal)
                        .Replace("state = 'queued' and fence", "state in ('queued', 'held', 'cancelled') and fence", StringComparison.Ordinal);
            default:
                return text;
        }
    }
}
