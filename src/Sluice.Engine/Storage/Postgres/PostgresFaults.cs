using System.Net.Sockets;
using Npgsql;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>What a fault says of the work it ended.</summary>
internal static class PostgresFaults
{
    private const string IdleInTransactionSessionTimeout = "25P03";

    /// <summary>Nothing of it is there, and it may succeed if it is run again.</summary>
    public static bool IsUndone(Exception fault) =>
        fault is CommitUndoneException or PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>
    /// The connection is gone, or leads to a server that is no longer the primary. Not a time-out: whoever has waited that long once is told.
    /// </summary>
    public static bool IsConnectionLost(Exception fault) => fault switch
    {
        PostgresException refused => IsLeaving(refused) || refused.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException { InnerException: IOException or SocketException } => true,
        _ => false,
    };

    /// <summary>The database could not do what it was told; not that what it was told was wrong, such as a row that is there already.</summary>
    public static bool IsOfDatabase(Exception fault) => fault switch
    {
        PostgresException refused => !refused.SqlState.StartsWith("22", StringComparison.Ordinal) && !refused.SqlState.StartsWith("23", StringComparison.Ordinal),
        _ => fault is NpgsqlException or CommitUndoneException or CommitUnknownException,
    };

    /// <summary>The server said no to a commit: it is undone. What it says while it takes its leave leaves that open.</summary>
    public static bool IsRefusal(Exception fault) => fault is PostgresException refused && !IsLeaving(refused);

    private static bool IsLeaving(PostgresException fault) =>
        fault.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or IdleInTransactionSessionTimeout
        || fault.SqlState.StartsWith("08", StringComparison.Ordinal);
}

/// <summary>The connection was lost at the commit, and the server says that the transaction was not committed.</summary>
internal sealed class CommitUndoneException(Exception fault) : Exception("The connection was lost before the commit", fault);

/// <summary>The connection was lost at the commit, and nobody can say any more what became of the transaction.</summary>
internal sealed class CommitUnknownException(Exception fault) : Exception("The connection was lost at the commit; whether it was done is not known", fault);
