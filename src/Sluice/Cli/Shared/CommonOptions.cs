using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Sluice.Engine.Primitives;
using Sluice.Engine.Retention;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Postgres;
using Sluice.Server.Dev.Clock;

namespace Sluice.Cli.Shared;

/// <summary>Options that several commands share, and ways to open the database.</summary>
internal static class CommonOptions
{
    /// <summary>The SQLite file of <c>sluice serve</c>, in the user's data directory.</summary>
    public const string DefaultFile = "sluice.db";

    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(36_500);

    public static Option<string?> Database(string otherwise = "$SLUICE_DATABASE, else a file in your data directory") => new("--database", "-d")
    {
        Description = $"A file path (SQLite), or a PostgreSQL connection string or URL. Default: {otherwise}.",
        HelpName = "where",
    };

    /// <summary>An option that takes a time in any form that the API takes. The parser's own reader would also take times without an offset.</summary>
    public static Option<DateTimeOffset?> Time(string name, string description) => new(name) { Description = description, HelpName = "time", CustomParser = given => ReadTime(name, given) };

    /// <summary>An option that takes the age at which what ended is deleted. The parser reads it, so that a wrong one is refused before anything begins.</summary>
    public static Option<TimeSpan?> Age(string name, string description) => new(name) { Description = description, HelpName = "age", CustomParser = given => ReadAge(name, given) };

    public static Option<bool> AsJson() => new("--json") { Description = "Print JSON, for scripts." };

    /// <param name="given">The value of <c>--database</c>, or null.</param>
    /// <param name="file">The file name in the data directory, used if $SLUICE_DATABASE is not set either.</param>
    public static string DatabaseOr(string? given, string file) =>
        given is { Length: 0 } ? throw new CliException("--database is empty: name a file or a connection string.", ExitCode.Usage)
        : given ?? (Environment.GetEnvironmentVariable("SLUICE_DATABASE") is { Length: > 0 } database ? database : DataFile(file));

    /// <summary>Whether the file lies in the user's data directory, which is created when it is needed.</summary>
    public static bool IsInDataDirectory(string file) => Path.GetDirectoryName(Path.GetFullPath(file)) == DataDirectory();

    /// <returns>The path of a file in the user's data directory.</returns>
    public static string DataFile(string file) => Path.Combine(DataDirectory(), file);

    public static List<string> Split(string[]? given) =>
        [.. (given ?? []).SelectMany(one => one.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];

    public static List<string> ReadNetworks(string option, string[]? given)
    {
        var networks = Split(given);
        return networks.Find(network => !IPNetwork.TryParse(network, out _)) is { } wrong
            ? throw new CliException($"{option} takes networks in CIDR notation, such as 10.1.0.0/16, not {wrong}.", ExitCode.Usage)
            : networks;
    }

    /// <summary>The program's name as the user called it, for commands to paste. The script <c>./sluice</c> passes its own name.</summary>
    public static string Program => Environment.GetEnvironmentVariable("SLUICE_PROGRAM") ?? "sluice";

    /// <returns>The option that the next command needs to find the same database. A connection string is not repeated, as it may contain a password.</returns>
    public static string DatabaseArgument(string database) => database == DatabaseOr(null, DefaultFile) ? ""
        : PostgresDb.IsConnectionString(database) ? " --database …"
        : $" --database {QuoteForShell(database)}";

    /// <summary>Quotes text for pasting into a shell, so that the shell never runs a part of a name.</summary>
    public static string QuoteForShell(string text) => text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:".Contains(letter, StringComparison.Ordinal))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>
    /// Takes an id range for one command; servers and other commands have ranges of their own. A command does not renew its range, and may run for
    /// longer than the minute that its ids embed. So its clock stands still: it can use all 245 million ids of that minute. With a running clock,
    /// seeding 10 million instances ran out of ids.
    /// </summary>
    public static async Task<IdMaker> LeaseIdsAsync(Db db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return new IdMaker(new FrozenClock(now)) { Range = await new NodeStore(db).LeaseAsync(now, ct) };
    }

    private static DateTimeOffset? ReadTime(string option, ArgumentResult given)
    {
        var (text, time) = (given.Tokens[0].Value, WireTime.Read(given.Tokens[0].Value));
        if (time is null || !TimeRange.Contains(time.Value))
        {
            given.AddError(time is null ? $"{option} takes a time such as 2027-12-31T00:00:00Z, not {text}." : $"{option} {TimeRange.Sentence}.");
        }

        return time;
    }

    private static TimeSpan? ReadAge(string option, ArgumentResult given)
    {
        var (text, age) = (given.Tokens[0].Value, ClockSpan.Read(given.Tokens[0].Value));
        if (age is null || age < DeleteOld.MinAge || age > MaxAge)
        {
            given.AddError($"{option} takes an age from {DeleteOld.MinAge.TotalDays}d to {MaxAge.TotalDays}d, such as 400d, not {text}.");
        }

        return age;
    }

    private static string DataDirectory()
    {
        var user = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(user.Length > 0 ? user : Path.GetTempPath(), "sluice");
    }

    private sealed class FrozenClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
