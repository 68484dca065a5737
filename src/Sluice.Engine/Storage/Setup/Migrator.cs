using System.Reflection;

namespace Sluice.Engine.Storage.Setup;

/// <summary>
/// Applies, in order of name, each embedded script that this database does not have yet. All scripts run in one transaction, under a
/// lock, so that two nodes may start at the same time and a crash leaves the old schema intact.
/// </summary>
internal static class Migrator
{
    /// <summary>Stored among the schema versions of an unfinished copy. No program has a script of this name, so none accepts the database.</summary>
    private const string UnfinishedCopy = "an unfinished copy";

    /// <summary>In the order in which they run.</summary>
    public static readonly IReadOnlyList<string> Scripts =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <exception cref="NewerDatabaseException">A later version of this program has upgraded the database.</exception>
    public static Task UpgradeAsync(Db db, TimeProvider clock, CancellationToken ct) => UpgradeAsync(db, Scripts, clock, ct);

    /// <summary>Upgrades the database as a program version that has exactly these scripts would.</summary>
    public static Task UpgradeAsync(Db db, IReadOnlyList<string> scripts, TimeProvider clock, CancellationToken ct) => db.InTransactionAsync(async tx =>
    {
        tx.DisableTimeout(); // No time-out: a large table takes long to migrate, and so does waiting for another node's migration.
        await tx.QueryAsync($"{tx.Dialect.LockSchema}", row => 0, ct);
        await tx.ExecuteAsync($"create table if not exists schema_versions (name text not null primary key, applied_at bigint not null)", ct);
        var done = await ListAppliedAsync(tx, ct);
        if (done.Contains(UnfinishedCopy))
        {
            throw new UnfinishedCopyException();
        }

        if (done.Except(scripts).Any())
        {
            throw new NewerDatabaseException();
        }

        var missing = scripts.Except(done).ToList();
        foreach (var script in missing)
        {
            await tx.ExecuteAsync($"{await ReadAsync(script, tx.Dialect, ct)}", ct);
            await (script == RekeyAddresses.After ? RekeyAddresses.RunAsync(tx, ct) : Task.CompletedTask);
            await tx.ExecuteAsync($"insert into schema_versions (name, applied_at) values ({script}, {clock.GetUtcNow()})", ct);
        }

        await (missing.Count > 0 ? PlannerStatistics.FillAsync(tx, ct) : Task.CompletedTask);
    }, ct);

    /// <returns>Whether this database has exactly the schema that this program was built for.</returns>
    public static async Task<bool> IsCurrentAsync(Db db, CancellationToken ct) =>
        (await ListAppliedAsync(db, ct)).ToHashSet(StringComparer.Ordinal).SetEquals(Scripts);

    /// <summary>Compares the scripts that a database has had with those of this program.</summary>
    /// <returns>Null if it has had none of them, but others: its table of versions belongs to another program.</returns>
    public static async Task<Schema?> StateAsync(IDbSession db, CancellationToken ct)
    {
        var done = await ListAppliedAsync(db, ct);
        var missing = Scripts.Except(done).Count();
        return done.Contains(UnfinishedCopy) ? new Schema(SchemaState.UnfinishedCopy)
            : !done.Except(Scripts).Any() ? new Schema(missing > 0 ? SchemaState.Older : SchemaState.Current, missing)
            : missing < Scripts.Count ? new Schema(SchemaState.Newer)
            : null;
    }

    public static async Task<bool> IsUnfinishedCopyAsync(IDbSession db, CancellationToken ct) => (await ListAppliedAsync(db, ct)).Contains(UnfinishedCopy);

    public static Task MarkUnfinishedCopyAsync(IDbSession tx, TimeProvider clock, CancellationToken ct) =>
        tx.ExecuteAsync($"insert into schema_versions (name, applied_at) values ({UnfinishedCopy}, {clock.GetUtcNow()})", ct);

    public static Task UnmarkUnfinishedCopyAsync(IDbSession tx, CancellationToken ct) =>
        tx.ExecuteAsync($"delete from schema_versions where name = {UnfinishedCopy}", ct);

    private static Task<List<string>> ListAppliedAsync(IDbSession db, CancellationToken ct) =>
        db.QueryAsync($"select name from schema_versions", row => row.GetString(0), ct);

    private static async Task<SqlText> ReadAsync(string script, Dialect dialect, CancellationToken ct)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(script)!);
        var text = await reader.ReadToEndAsync(ct);
        return new SqlText(text
            .Replace("$clustered", dialect.Clustered.Value, StringComparison.Ordinal)
            .Replace("$unlogged", dialect.Unlogged.Value, StringComparison.Ordinal)
            .Replace("$binary", dialect.Binary.Value, StringComparison.Ordinal)
            .Replace("$sqlite", dialect.IsShared ? "/*" : "", StringComparison.Ordinal)
            .Replace("$end_sqlite", dialect.IsShared ? "*/" : "", StringComparison.Ordinal)
            .Replace("$postgres", dialect.IsShared ? "" : "/*", StringComparison.Ordinal)
            .Replace("$end_postgres", dialect.IsShared ? "" : "*/", StringComparison.Ordinal));
    }
}

internal sealed class NewerDatabaseException()
    : Exception("A newer version of Sluice has upgraded this database. Run that version, or point --database at another database.");

internal sealed class UnfinishedCopyException()
    : Exception("This database holds an unfinished copy of another one. Finish the copy with sluice migrate copy, or point --database at another database.");
