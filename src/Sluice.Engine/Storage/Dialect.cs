namespace Sluice.Engine.Storage;

/// <summary>Everything in which the two databases differ as far as a statement can see it.</summary>
/// <param name="Name">For people: banner, logs.</param>
/// <param name="Clustered">Stores a table in the order of its primary key.</param>
/// <param name="Binary">Compares a text column byte for byte.</param>
/// <param name="Unlogged">A table whose rows a crash may forget, and whose changes nobody waits for.</param>
/// <param name="Now">The database's time of day, in milliseconds since 1970.</param>
/// <param name="Asked">The keys of a <see cref="LookUp{T}"/> as a table. SQLite takes one company and a JSON array, PostgreSQL an array each.</param>
/// <param name="LockSchema">Lets one migrator at a time past, until its transaction ends.</param>
internal sealed record Dialect(string Name, SqlText Clustered, SqlText Binary, SqlText Unlogged, SqlText Now, SqlText LockSchema, SqlText Asked)
{
    private static readonly SqlText Nothing = new("");

    public static readonly Dialect Sqlite = new(
        "SQLite",
        Clustered: new("without rowid"),
        Binary: new(""), // SQLite's default.
        Unlogged: new(""),
        Now: new("cast(unixepoch('subsec') * 1000 as integer)"),
        LockSchema: new("select 1"), // Its transactions begin with the write lock.
        Asked: new("(select ?1 as company_id, value, key as position from json_each(?2))"));

    public static readonly Dialect Postgres = new(
        "PostgreSQL",
        Clustered: new(""),
        Binary: new("collate \"C\""),
        Unlogged: new("unlogged"),
        Now: new("cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"),
        LockSchema: new("select 1 from pg_advisory_xact_lock(4664)"),
        Asked: new("(select company_id, value, n - 1 as position from unnest($1, $2) with ordinality as u(company_id, value, n))"));

    /// <summary>Whether other nodes may be on the same database. A SQLite file has one server.</summary>
    public bool IsShared => ReferenceEquals(this, Postgres);

    /// <summary>Locks the rows of one table that a select found until the transaction ends. SQLite has one writer: what it read cannot change before it commits.</summary>
    public SqlText ForUpdateOf(string alias) => IsShared ? new($"for update of {alias}") : Nothing;

    /// <summary>The same, and passes over what somebody else has locked: for workers that take what is free.</summary>
    public SqlText ForUpdateOfFree(string alias) => IsShared ? new($"for update of {alias} skip locked") : Nothing;
}

/// <summary>SQL that our own code wrote. A value from outside never becomes one.</summary>
internal readonly record struct SqlText(string Value);
