using Sluice.Engine.Storage.Postgres;
using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Engine.Storage.Setup;

/// <summary>Chooses the database by the text that names it.</summary>
internal static class OpenDatabase
{
    /// <param name="database">A file's path (SQLite), or a PostgreSQL connection string or URL.</param>
    public static Db At(string database) => PostgresDb.IsConnectionString(database) ? new PostgresDb(database, TimeProvider.System) : new SqliteDb(database);
}
