using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sluice.Engine.Storage;

/// <summary>Tells from an exception whether one row of many may be its cause.</summary>
internal static class DbFaults
{
    /// <summary>
    /// SQLSTATE classes of faults in what a statement was given: cardinality, data, integrity, a limit such as that of an index entry, and what a
    /// trigger refuses. All others are about the server, its disk or the schema, and would hit any row.
    /// </summary>
    private static readonly string[] ClassesOfData = ["21", "22", "23", "44", "54", "P0"];

    /// <summary>Whether the work may succeed without one of its rows. Not so when the database is away, full or damaged.</summary>
    public static bool MayBeOfOneRow(Exception fault) => fault switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE,
        DbException refused => refused.SqlState is { Length: 5 } state && ClassesOfData.Contains(state[..2]),
        OperationCanceledException or IOException or TimeoutException or OutOfMemoryException => false,
        _ => fault is SystemException, // Thrown by .NET for a value; faults of a commit are exceptions of our own.
    };

    /// <summary>A short name of the fault. Two faults of the same cause have the same name.</summary>
    public static string Name(Exception fault) => fault switch
    {
        SqliteException sqlite => $"SQLite {sqlite.SqliteExtendedErrorCode}",
        DbException { SqlState: { } state } => $"SQLSTATE {state}",
        _ => fault.GetType().Name,
    };
}
