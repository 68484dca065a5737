using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Postgres;

namespace Sluice.Cli.Shared;

/// <summary>
/// One server at a time on a SQLite file: two would each count limits, commit rounds and keep instances in memory of their own, and <c>--fresh</c>
/// would take the file from under the other. The lock is the process's: kill -9 frees it. Short verbs do not take it.
/// </summary>
internal static class FileLock
{
    /// <summary>Of a PostgreSQL database nobody can know who is on it.</summary>
    public static IDisposable? TakeIfFile(string database) => PostgresDb.Understands(database) ? null : Take(database);

    public static IDisposable Take(string database)
    {
        var path = FileOf(database) + "-lock";
        try
        {
            PrivateFile.CreateFolder(Path.GetDirectoryName(path)!);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            throw new CliException($"nothing can be written beside {database}: say with --database where else.");
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new CliException($"another sluice runs on {database}. Stop it, or choose another file with --database.");
        }
    }

    /// <summary>The file itself, whatever links lead to it: SQLite too keeps its log beside that.</summary>
    private static string FileOf(string database)
    {
        var path = Path.GetFullPath(database);
        return File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target ? target.FullName : path;
    }
}
