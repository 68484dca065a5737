using Npgsql;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>Turns the operator's database settings into a pool of connections to the primary.</summary>
internal static class PostgresSettings
{
    /// <summary>
    /// Sluice's defaults come first, so that the operator's settings win: if a setting is given twice, the last one counts.
    /// <c>ContainsKey</c> cannot tell which settings the operator gave; it is true for every known name. No reset on close: Sluice sets no
    /// session state, and the driver alone reaches 34 k/s without the reset and 20 k/s with it. Automatically prepared statements need the
    /// same server session each time: behind PgBouncer before 1.21, the operator adds <c>Max Auto Prepare=0</c>. With several hosts, the
    /// driver checks each second which one is the primary; with its default of ten seconds, a failover would last that long.
    /// </summary>
    private const string Defaults =
        "Application Name=sluice;Timeout=5;Command Timeout=10;Maximum Pool Size=32;Max Auto Prepare=100;Auto Prepare Min Usages=2;No Reset On Close=true;Host Recheck Seconds=1;";

    /// <summary>The two lanes of look-ups keep one connection each; without a third one, no other statement could ever run.</summary>
    private const int MinPoolSize = 3;

    /// <summary>The connections of a database that is one schema of many.</summary>
    public const int SmallPool = MinPoolSize + 1;

    private const string AcceptedForms = "The database must be a file path, a URL such as postgresql://user:password@host:5432/name, or Host=…;Database=…;Username=…;Password=….";

    /// <summary>
    /// Whether the text is a URL or settings, even wrong ones, and not a file path. Otherwise <c>Server=…</c>, or the URL of another
    /// product, would become the name of a new file.
    /// </summary>
    public static bool IsConnectionString(string database) =>
        database.Contains("://", StringComparison.Ordinal) || (database.Split('=', 2) is [var name, _] && name.All(letter => char.IsAsciiLetter(letter) || letter == ' '));

    /// <exception cref="DatabaseSettingsException">The text does not lead to a usable database.</exception>
    public static NpgsqlConnectionStringBuilder Read(string database)
    {
        var settings = new NpgsqlConnectionStringBuilder(Defaults + (database.Contains("://", StringComparison.Ordinal) ? FromUrl(database) : database))
        {
            // Drop the operator's choice: Open always picks the primary, in whatever order the hosts are given. A standby may be behind, and
            // no decision may rest on old data.
            TargetSessionAttributes = null,
        };
        return settings switch
        {
            { Host: null } => throw new DatabaseSettingsException(AcceptedForms),
            { Pooling: true, MaxPoolSize: < MinPoolSize and var size } => throw new DatabaseSettingsException(
                $"Maximum Pool Size must be at least {MinPoolSize}, not {size}: Sluice reserves two connections for listings. If you have fewer per node, use PgBouncer."),
            _ => settings,
        };
    }

    /// <summary>Makes all statements use one schema, over as few connections as possible.</summary>
    public static void UseSchema(NpgsqlConnectionStringBuilder settings, string schema) =>
        (settings.SearchPath, settings.MaxPoolSize, settings.ConnectionIdleLifetime, settings.ConnectionPruningInterval) = (schema, SmallPool, 5, 1);

    /// <summary>Opens a pool. Sluice uses only PostgreSQL's own types, which the driver knows, so the first connection of the pool reads no list of types.</summary>
    public static NpgsqlDataSource Open(NpgsqlConnectionStringBuilder settings)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.ToString()).ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return settings.Host?.Contains(',', StringComparison.Ordinal) ?? false ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary) : builder.Build();
    }

    private static string FromUrl(string database)
    {
        if (!Uri.TryCreate(database, UriKind.Absolute, out var url) || url.Scheme is not ("postgres" or "postgresql") || url.Fragment.Length > 0)
        {
            throw new DatabaseSettingsException($"{AcceptedForms} In the password of a URL, write # as %23, / as %2F, ? as %3F, @ as %40, % as %25."); // Leaves the URL out: it contains a password.
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
            settings[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value); // An unknown name throws an error that says the name.
        }

        return settings.ToString();
    }
}

/// <summary>The operator's database settings cannot be right. The message says why and contains no secret.</summary>
internal sealed class DatabaseSettingsException(string message) : Exception(message);
