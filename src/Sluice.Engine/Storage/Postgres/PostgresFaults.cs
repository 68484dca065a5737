using System.Net.Sockets;
using Npgsql;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>Tells from an exception what happened to the work that it ended.</summary>
internal static class PostgresFaults
{
    private const string IdleInTransactionSessionTimeout = "25P03";

    /// <summary>Whether the work left nothing in the database and may succeed if it is run again.</summary>
    public static bool IsRetryable(Exception fault) =>
        fault is CommitUndoneException or PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>
    /// Whether the connection is lost, or leads to a server that is no longer the primary. A time-out does not count: the caller has waited
    /// that long once, so it gets the error instead of another attempt.
    /// </summary>
    public static bool IsConnectionLost(Exception fault) => fault switch
    {
        PostgresException refused => IsShuttingDown(refused) || refused.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException { InnerException: IOException or SocketException } => true,
        _ => false,
    };

    /// <summary>Whether the database itself failed, and not the data that it was given: a row that already exists is no failure of the database.</summary>
    public static bool IsDatabaseFailure(Exception fault) => fault switch
    {
        PostgresException refused => !refused.SqlState.StartsWith("22", StringComparison.Ordinal) && !refused.SqlState.StartsWith("23", StringComparison.Ordinal),
        _ => fault is NpgsqlException or CommitUndoneException or CommitUnknownException,
    };

    /// <summary>Whether the server refused a commit, so that it is undone. An error that the server sends at its shutdown leaves the outcome open.</summary>
    public static bool IsCommitRefused(Exception fault) => fault is PostgresException refused && !IsShuttingDown(refused);

    private static bool IsShuttingDown(PostgresException fault) =>
        fault.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or IdleInTransactionSessionTimeout
        || fault.SqlState.StartsWith("08", StringComparison.Ordinal);
}

/// <summary>The connection was lost during the commit, and the server says that the transaction was not committed.</summary>
internal sealed class CommitUndoneException(Exception fault) : Exception("The connection was lost during the commit; the transaction is undone", fault);

/// <summary>The connection was lost during the commit, and nobody can determine whether the transaction was committed.</summary>
internal sealed class CommitUnknownException(Exception fault) : Exception("The connection was lost during the commit; its outcome is unknown", fault);
