using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Postgres;

namespace Sluice.Cli.Shared;

/// <summary>
/// Allows one server at a time on a SQLite file. Two servers would each count call limits, group commits and keep instances in memory without the
/// other, and <c>--fresh</c> would delete a file in use. The lock belongs to the process, so kill -9 frees it. Short commands do not take it.
/// </summary>
internal static class FileLock
{
    /// <summary>Takes the lock. Returns null for PostgreSQL, where nothing tells which servers use the database.</summary>
    public static IDisposable? TakeIfFile(string database) => PostgresDb.IsConnectionString(database) ? null : Take(database);

    public static IDisposable Take(string database)
    {
        var path = FileOf(database) + "-lock";
        try
        {
            PrivateFile.CreateFolder(Path.GetDirectoryName(path)!);
            PrivateFile.Create(path);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            throw new CliException($"cannot create the lock file beside {database}. Choose another place with --database.");
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new CliException($"another sluice process uses {database}. Stop it, or choose another file with --database.");
        }
    }

    /// <summary>Whether another process has the lock. Creates nothing.</summary>
    public static bool IsTaken(string database)
    {
        try
        {
            new FileStream(FileOf(database) + "-lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            return false;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Follows links to the file itself. SQLite, too, keeps its write-ahead log beside that file.</summary>
    private static string FileOf(string database)
    {
        var path = Path.GetFullPath(database);
        return File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target ? target.FullName : path;
    }
}
