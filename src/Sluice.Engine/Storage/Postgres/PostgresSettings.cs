using Npgsql;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>From what the operator wrote to a pool of connections to the primary.</summary>
internal static class PostgresSettings
{
    /// <summary>
    /// They come first, so that what the operator wrote wins: of a setting given twice the last counts. <c>ContainsKey</c> cannot tell; it
    /// is true of every known name. No reset on close: nothing here sets session state, and the driver alone does 34 k/s without, 20 k/s with.
    /// Statements prepared without being asked need a connection that stays the same: behind PgBouncer before 1.21 the operator adds
    /// <c>Max Auto Prepare=0</c>. Which of several hosts is the primary is asked anew each second, or a failover would last ten.
    /// </summary>
    private const string Defaults =
        "Application Name=sluice;Timeout=5;Command Timeout=10;Maximum Pool Size=32;Max Auto Prepare=100;Auto Prepare Min Usages=2;No Reset On Close=true;Host Recheck Seconds=1;";

    /// <summary>The two lanes of look-ups keep one each, and with no third one nothing else would ever be asked or written.</summary>
    private const int MinPoolSize = 3;

    private const string Forms = "The database is the path of a file, a URL such as postgresql://user:password@host:5432/name, or Host=…;Database=…;Username=…;Password=….";

    /// <summary>Whatever is no path: a URL, or settings. Else <c>Server=…</c>, or the URL of another product, would be the name of a new file.</summary>
    public static bool Understands(string database) =>
        database.Contains("://", StringComparison.Ordinal) || (database.Split('=', 2) is [var name, _] && name.All(letter => char.IsAsciiLetter(letter) || letter == ' '));

    /// <exception cref="DatabaseSettingsException">No database can be found or used with it.</exception>
    public static NpgsqlConnectionStringBuilder Read(string database)
    {
        var settings = new NpgsqlConnectionStringBuilder(Defaults + (database.Contains("://", StringComparison.Ordinal) ? FromUrl(database) : database))
        {
            // A standby may be behind, and nothing is decided on what may be old: of several hosts it is always the primary, in whatever order.
            TargetSessionAttributes = null,
        };
        return settings switch
        {
            { Host: null } => throw new DatabaseSettingsException(Forms),
            { Pooling: true, MaxPoolSize: < MinPoolSize and var size } => throw new DatabaseSettingsException(
                $"Maximum Pool Size should be at least {MinPoolSize}, not {size}: two connections are kept for listings. Where there are fewer for each node, put PgBouncer in front."),
            _ => settings,
        };
    }

    public static NpgsqlDataSource Open(NpgsqlConnectionStringBuilder settings) => settings.Host?.Contains(',', StringComparison.Ordinal) ?? false
        ? new NpgsqlDataSourceBuilder(settings.ToString()).BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary)
        : NpgsqlDataSource.Create(settings);

    private static string FromUrl(string database)
    {
        if (!Uri.TryCreate(database, UriKind.Absolute, out var url) || url.Scheme is not ("postgres" or "postgresql") || url.Fragment.Length > 0)
        {
            throw new DatabaseSettingsException($"{Forms} In the password of a URL # is written as %23, / as %2F, ? as %3F, @ as %40, % as %25."); // Without it: it has a password in it.
        }

        var user = url.UserInfo.Split(':', 2);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port > 0 ? url.Port : 5432,
            Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var left, var right] ? (left, right) : (pair, "");
            settings[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value); // A name it does not know is an error that names it.
        }

        return settings.ToString();
    }
}

/// <summary>What the operator wrote cannot be right; the message says why, without a secret.</summary>
internal sealed class DatabaseSettingsException(string message) : Exception(message);
