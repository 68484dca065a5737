using System.Text.Json.Nodes;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Engine.Storage.Copy;

/// <summary>
/// How far a copy is, in the target, written in the transaction of the rows it tells of. As long as it is there the target is not whole, and
/// a line among the schema's versions keeps every server away from it.
/// </summary>
internal sealed class CopyProgress(IDbSession db)
{
    public const string Table = "copy_progress";

    /// <summary>Begins a copy, or goes on with the one that was begun.</summary>
    /// <exception cref="CopyRefusedException">The target holds something else.</exception>
    public async Task BeginAsync(string from, IReadOnlyList<CopyTable> tables, TimeProvider clock, CancellationToken ct)
    {
        if (await Migrator.IsUnfinishedCopyAsync(db, ct))
        {
            if ((await db.QueryAsync($"select last_key from copy_progress where table_name = ''", row => row.GetString(0), ct)).Single() is var other && other != from)
            {
                throw new CopyRefusedException($"the target holds half a copy of {other}. Go on with that one, or empty the target.");
            }

            return;
        }

        // Migrations fill this one. The source's rows say which ids it has made.
        await db.ExecuteAsync($"delete from nodes", ct);
        foreach (var table in tables)
        {
            if ((await table.PageAsync(db, null, 1, ct)).Count > 0)
            {
                throw new CopyRefusedException($"the target is not empty: its table {table.Name} has rows.");
            }
        }

        await db.ExecuteAsync($"create table copy_progress (table_name text not null primary key, last_key text not null)", ct);
        await db.ExecuteAsync($"insert into copy_progress (table_name, last_key) values ('', {from})", ct);
        await Migrator.MarkUnfinishedCopyAsync(db, clock, ct);
    }

    /// <returns>The key of the last row that is copied; null where none is.</returns>
    public async Task<IReadOnlyList<object?>?> LastKeyAsync(CopyTable table, CancellationToken ct) =>
        (await db.QueryAsync($"select last_key from copy_progress where table_name = {table.Name}", row => row.GetString(0), ct)).SingleOrDefault() is { } text
            ? [.. JsonNode.Parse(text)!.AsArray().Zip(table.Key, (value, column) => column.IsText ? (object)value!.GetValue<string>() : value!.GetValue<long>())]
            : null;

    public Task SetLastKeyAsync(CopyTable table, IReadOnlyList<object?> key, CancellationToken ct)
    {
        var text = new JsonArray([.. key.Select(value => value is string words ? JsonValue.Create(words) : JsonValue.Create((long)value!))]).ToJsonString();
        return db.ExecuteAsync($"""
            insert into copy_progress (table_name, last_key) values ({table.Name}, {text})
            on conflict (table_name) do update set last_key = excluded.last_key
            """, ct);
    }

    public async Task EndAsync(CancellationToken ct)
    {
        await db.ExecuteAsync($"drop table copy_progress", ct);
        await Migrator.ForgetUnfinishedCopyAsync(db, ct);
    }
}

/// <summary>Something the user can mend; the message says how.</summary>
internal sealed class CopyRefusedException(string message) : Exception(message);
