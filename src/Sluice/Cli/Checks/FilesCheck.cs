using System.Runtime.Versioning;
using Sluice.Cli.Shared;
using Sluice.Engine.Storage.Postgres;

namespace Sluice.Cli.Checks;

/// <summary>Checks who may read the files of a SQLite database: they hold mail, personal data and the hashes of keys.</summary>
internal static class FilesCheck
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead | OthersWrite;

    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-lock"];

    public static void Run(CheckReport report, string database)
    {
        if (!OperatingSystem.IsWindows() && !PostgresDb.IsConnectionString(database) && File.Exists(database))
        {
            Modes(report, File.ResolveLinkTarget(database, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(database));
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void Modes(CheckReport report, string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        List<string> open = [.. Suffixes.Select(suffix => file + suffix).Where(one => File.Exists(one) && (File.GetUnixFileMode(one) & Others) != 0)];
        if (open.Count > 0)
        {
            report.Warn("files", $"other users may read or change {string.Join(", ", open)}", $"chmod 600 {string.Join(' ', open.Select(CommonOptions.QuoteForShell))}");
        }

        var mode = File.GetUnixFileMode(folder);
        if ((mode & OthersWrite) != 0 && !mode.HasFlag(UnixFileMode.StickyBit))
        {
            report.Warn("files", $"other users may replace the files in {folder}", $"chmod 700 {CommonOptions.QuoteForShell(folder)}");
        }
        else if (open.Count == 0)
        {
            report.Ok("files", "only their owner may read the files of the database");
        }
    }
}
