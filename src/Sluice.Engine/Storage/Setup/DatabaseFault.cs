using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage.Postgres;
using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Engine.Storage.Setup;

/// <summary>Says in plain words what is wrong with a database, and what to do about it. Never says a password.</summary>
internal static class DatabaseFault
{
    /// <param name="database">As the operator named it.</param>
    /// <returns>Null if the exception is not one of a database.</returns>
    public static string? Describe(Exception fault, string database) => fault switch
    {
        DatabaseSettingsException or NewerDatabaseException or UnfinishedCopyException or UnusableFileException => fault.Message,
        SqliteException or FileMovedException => $"cannot use the database {database}: {Reason(fault)}",
        DbException or SocketException or ArgumentException { Source: "Npgsql" or "System.Data.Common" } or AuthenticationException or TimeoutException
            when PostgresSettings.IsConnectionString(database) => $"cannot use the database{Place(database)}: {Reason(fault)}",
        _ => null,
    };

    private static string Reason(Exception fault) => fault switch
    {
        SqliteException sqlite => OfSqlite(sqlite),
        PostgresException refused => OfPostgres(refused),
        _ when CertificateFault.Find(fault) is { } certificate => $"the server's certificate is not accepted: {certificate.Message}.",
        SocketException socket => OfNetwork(socket),
        NpgsqlException { InnerException: AggregateException { InnerException: { } first } } => Reason(first),
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => "it does not answer in time. Is the address right, and does a firewall let us through?",
        NpgsqlException { InnerException: SocketException or AuthenticationException or PostgresException or NpgsqlException } => Reason(fault.InnerException!),
        AuthenticationException => $"there is no TLS connection: {fault.Message}",
        _ => fault.Message,
    };

    private static string OfSqlite(SqliteException fault) => fault.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB => "it is not a SQLite database. Name another file with --database.",
        raw.SQLITE_CANTOPEN => "it cannot be opened. Does its folder exist, and may you write there?",
        raw.SQLITE_READONLY or raw.SQLITE_PERM => "you may not write to it, or to its folder.",
        raw.SQLITE_FULL => "the disk is full.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another program has locked it for too long.",
        raw.SQLITE_CORRUPT => "it is damaged. Restore a backup: see docs/operating.md.",
        raw.SQLITE_IOERR => $"the disk or the file system reports an error (SQLite {fault.SqliteExtendedErrorCode}).",
        _ => fault.Message,
    };

    private static string OfPostgres(PostgresException fault) => fault.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => $"it refuses the login: {fault.MessageText}. Check Username and Password.",
        PostgresErrorCodes.InvalidCatalogName => $"{fault.MessageText}. Check Database, or create it with: createdb",
        PostgresErrorCodes.TooManyConnections => $"it has no connection left: {fault.MessageText}.",
        PostgresErrorCodes.InsufficientPrivilege => $"{fault.MessageText}. The user must own the database, or may create tables in its schema.",
        PostgresErrorCodes.ReadOnlySqlTransaction => "it only allows reading: is it a standby?",
        PostgresErrorCodes.CannotConnectNow => $"it is not ready: {fault.MessageText}.",
        PostgresErrorCodes.DiskFull => $"its disk is full: {fault.MessageText}.",
        _ => $"{fault.MessageText} ({fault.SqlState}).",
    };

    private static string OfNetwork(SocketException fault) => fault.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nothing listens there. Is PostgreSQL running, and are Host and Port right?",
        SocketError.HostNotFound or SocketError.NoData => "no machine has that name. Check Host.",
        SocketError.TryAgain => "its name cannot be looked up now, because the name server (DNS) does not answer.",
        SocketError.AddressNotAvailable => "there is no socket file in that directory. Is PostgreSQL running?",
        _ => $"{fault.Message}.",
    };

    /// <returns>Host and port, with a space in front; nothing if the settings cannot be read.</returns>
    private static string Place(string database)
    {
        try
        {
            var settings = PostgresSettings.Read(database);
            return $" {settings.Database ?? settings.Username} on {settings.Host}:{settings.Port}";
        }
        catch (Exception)
        {
            return ""; // The fault says what is wrong with them.
        }
    }
}
