using System.Text.Json.Nodes;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Engine.Storage.Copy;

/// <summary>
/// Records in the target how far a copy has come, in the same transaction as the copied rows. While this record exists, the target is
/// incomplete, and an entry among its schema versions makes every server refuse it.
/// </summary>
internal sealed class CopyProgress(IDbSession db)
{
    public const string Table = "copy_progress";

    /// <summary>Begins a copy, or continues the one that was begun.</summary>
    /// <exception cref="CopyRefusedException">The target holds rows of something else.</exception>
    public async Task BeginAsync(string from, IReadOnlyList<CopyTable> tables, Func<IDbSession, CancellationToken, Task> clear, TimeProvider clock, CancellationToken ct)
    {
        if (await Migrator.IsUnfinishedCopyAsync(db, ct))
        {
            if ((await db.QueryAsync($"select last_key from copy_progress where table_name = ''", row => row.GetString(0), ct)).Single() is var other && other != from)
            {
                throw new CopyRefusedException($"the target holds an unfinished copy of {other}. Finish that one, or empty the target.");
            }

            return;
        }

        await clear(db, ct);
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

    /// <returns>The key of the last copied row; null if none is copied.</returns>
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
        await Migrator.UnmarkUnfinishedCopyAsync(db, ct);
    }
}

/// <summary>A copy cannot run, for a reason that the user can fix; the message says how.</summary>
internal sealed class CopyRefusedException(string message) : Exception(message);
