using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Engine.Storage.Setup;

/// <summary>Looks at a database without changing it: creates no file, migrates nothing, and leaves no log behind.</summary>
internal static class InspectDatabase
{
    /// <summary>Reads a SQLite file.</summary>
    /// <exception cref="UnusableFileException">There is no usable file, and none can be created.</exception>
    public static async Task<Schema> FileAsync(string path, bool mayCreateFolder, CancellationToken ct)
    {
        if (DatabasePath.FindFault(path, mayCreateFolder) is { } fault)
        {
            throw new UnusableFileException(fault);
        }

        return await ReadFileAsync(path, session => SchemaAsync(session, ct)) ?? new Schema(SchemaState.None);
    }

    /// <returns>The work's result; null for a missing or an empty file, which holds no database yet.</returns>
    public static async Task<T?> ReadFileAsync<T>(string path, Func<IDbSession, Task<T>> work)
        where T : class
    {
        var file = Path.GetFullPath(path);
        file = new FileInfo(file).LinkTarget is null ? file : File.ResolveLinkTarget(file, returnFinalTarget: true)!.FullName;
        if (!File.Exists(file) || new FileInfo(file).Length == 0)
        {
            return null;
        }

        using var session = SqliteSession.ReadOnly(file);
        return await work(session);
    }

    public static async Task<Schema> SchemaAsync(IDbSession db, CancellationToken ct)
    {
        var tables = await db.QueryAsync($"{Tables(db.Dialect)}", row => row.Text("name"), ct);
        var foreign = new Schema(tables.Count == 0 ? SchemaState.None : SchemaState.Foreign) { Tables = tables };
        try
        {
            return tables.Contains("schema_versions") ? await Migrator.StateAsync(db, ct) ?? foreign : foreign;
        }
        catch (DbException fault) when (fault is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_ERROR } or PostgresException { SqlState: PostgresErrorCodes.UndefinedColumn })
        {
            return foreign; // A table of that name, but with other columns.
        }
    }

    /// <summary>Asks a PostgreSQL server what this user may do in its database.</summary>
    public static async Task<ServerFacts> ServerAsync(Db db, CancellationToken ct) => (await db.QueryAsync($"""
        select current_setting('server_version') as version,
               pg_is_in_recovery() as is_standby,
               coalesce(current_schema()::text, '') as schema_name,
               coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create,
               current_setting('max_connections')::integer as max_connections,
               (select coalesce(bool_and(has_table_privilege(c.oid, 'insert') and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete')), true)
                from pg_class c
                where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')) as may_write
        """, row => new ServerFacts(row.Text("version"), row.Flag("is_standby"), row.Text("schema_name"), row.Flag("may_create"), row.Flag("may_write"), row.Int("max_connections")), ct)).Single();

    private static SqlText Tables(Dialect dialect) => new(dialect.IsShared
        ? """
            select c.relname::text as name
            from pg_class c
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
            order by c.relname
            limit 1000
            """
        : """
            select t.name
            from sqlite_master t
            where t.type = 'table' and t.name not like 'sqlite\_%' escape '\'
            order by t.name
            limit 1000
            """);
}

internal enum SchemaState
{
    /// <summary>No tables: the first start creates them.</summary>
    None,
    Current,

    /// <summary>The next start upgrades it.</summary>
    Older,

    /// <summary>A later version of the program has upgraded it.</summary>
    Newer,
    UnfinishedCopy,

    /// <summary>It has tables, and they are not Sluice's.</summary>
    Foreign,
}

/// <param name="Missing">Number of migration scripts that it does not have yet.</param>
internal sealed record Schema(SchemaState State, int Missing = 0)
{
    /// <summary>Of another program.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];
}

/// <param name="SchemaName">Empty if the search path names no schema that exists.</param>
internal sealed record ServerFacts(string Version, bool IsStandby, string SchemaName, bool MayCreate, bool MayWrite, int MaxConnections);
