using Sluice.Engine.Storage.Postgres;
using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Engine.Storage.Setup;

/// <summary>Chooses the database by the text that names it.</summary>
internal static class OpenDatabase
{
    /// <param name="database">A file's path (SQLite), or a PostgreSQL connection string or URL.</param>
    public static Db At(string database) => PostgresDb.IsConnectionString(database) ? new PostgresDb(database, TimeProvider.System) : new SqliteDb(database);

    /// <summary>Opens a SQLite file that nobody needs after a crash.</summary>
    public static Db Throwaway(string file) => new SqliteDb(file, isThrowaway: true);

    /// <summary>Opens one schema of a PostgreSQL database, with few connections of its own, which are closed soon when nobody uses them.</summary>
    /// <param name="database">A connection string or URL.</param>
    public static Db InSchema(string database, string schema) => new PostgresDb(database, TimeProvider.System, schema);
}
