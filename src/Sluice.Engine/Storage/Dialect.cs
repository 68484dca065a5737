namespace Sluice.Engine.Storage;

/// <summary>All differences between the two databases that a statement can see.</summary>
/// <param name="Name">Shown to people in the banner and the logs.</param>
/// <param name="Clustered">Makes a table store its rows in the order of its primary key.</param>
/// <param name="Binary">Makes a text column compare byte for byte.</param>
/// <param name="Unlogged">Marks a table whose rows a crash may lose and whose changes wait for no flush to disk.</param>
/// <param name="Now">The database's time of day, in milliseconds since 1970.</param>
/// <param name="LookUpKeys">
/// The keys of a <see cref="LookUp{T}"/> as a table. SQLite takes one company and a JSON array of keys; PostgreSQL takes an array of
/// companies and an array of keys.
/// </param>
/// <param name="LockSchema">Lets only one migrator at a time continue; holds until its transaction ends.</param>
internal sealed record Dialect(string Name, SqlText Clustered, SqlText Binary, SqlText Unlogged, SqlText Now, SqlText LockSchema, SqlText LookUpKeys)
{
    private static readonly SqlText Nothing = new("");

    public static readonly Dialect Sqlite = new(
        "SQLite",
        Clustered: new("without rowid"),
        Binary: new(""), // SQLite does so by default.
        Unlogged: new(""),
        Now: new("cast(unixepoch('subsec') * 1000 as integer)"),
        LockSchema: new("select 1"), // No lock needed: SQLite transactions take the write lock when they begin.
        LookUpKeys: new("(select ?1 as company_id, value, key as position from json_each(?2))"));

    public static readonly Dialect Postgres = new(
        "PostgreSQL",
        Clustered: new(""),
        Binary: new("collate \"C\""),
        Unlogged: new("unlogged"),
        Now: new("cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"),
        LockSchema: new("select 1 from pg_advisory_xact_lock(4664)"),
        LookUpKeys: new("(select company_id, value, n - 1 as position from unnest($1, $2) with ordinality as u(company_id, value, n))"));

    /// <summary>Whether other nodes may use the same database. A SQLite file has one server.</summary>
    public bool IsShared => ReferenceEquals(this, Postgres);

    /// <summary>
    /// How many records a long piece of work changes in one transaction. On SQLite fewer, because all companies share the only writer: two hundred
    /// removals of flow instances hold it for about ten milliseconds.
    /// </summary>
    /// <param name="most">The number on a database that many write to at once.</param>
    public int Slice(int most) => IsShared ? most : Math.Min(most, 100);

    /// <summary>
    /// Locks the rows that a select found in one table, until the transaction ends. SQLite needs no lock: it has one writer, so the rows
    /// that a transaction has read cannot change before it commits.
    /// </summary>
    public SqlText ForUpdateOf(string alias) => IsShared ? new($"for update of {alias}") : Nothing;

    /// <summary>Does the same, but skips rows that another transaction has locked: for workers that take any free row.</summary>
    public SqlText ForUpdateSkipLocked(string alias) => IsShared ? new($"for update of {alias} skip locked") : Nothing;
}

/// <summary>SQL that Sluice's own code contains. It must never be made from outside input.</summary>
internal readonly record struct SqlText(string Value);
