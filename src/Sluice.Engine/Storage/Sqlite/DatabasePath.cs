namespace Sluice.Engine.Storage.Sqlite;

/// <summary>Checks the path of a SQLite file. Opens nothing and creates nothing.</summary>
internal static class DatabasePath
{
    /// <param name="mayCreateFolder">Whether a missing folder will be created. Not for a path that somebody typed: it may be misspelt.</param>
    /// <returns>Why no database can be there, as a sentence; null: there is a file to open, or one can be created.</returns>
    public static string? FindFault(string path, bool mayCreateFolder)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return "the path of the database is empty, or no path at all.";
        }

        var full = Path.GetFullPath(path);
        return Directory.Exists(full) || Path.EndsInDirectorySeparator(full) ? $"{path} is a directory. Name a file in it, such as {Path.Combine(path, "sluice.db")}."
            : FindLinkFault(path, full, out var file) is { } link ? link
            : File.Exists(file) ? FindFileFault(path, file)
            : FindFolderFault(path, Path.GetDirectoryName(file)!, mayCreateFolder);
    }

    /// <param name="file">The file that the path leads to: SQLite keeps its log beside that one.</param>
    private static string? FindLinkFault(string path, string full, out string file)
    {
        file = full;
        if (new FileInfo(full).LinkTarget is not { } target)
        {
            return null;
        }

        try
        {
            file = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        }
        catch (IOException)
        {
            return $"{path} is a link that leads to itself.";
        }

        return File.Exists(file) ? null : $"{path} is a link to {target}, and there is no such file.";
    }

    private static string? FindFileFault(string path, string file) =>
        !PosixFile.IsRegular(file) ? $"{path} is not a file but a device, a pipe or a socket."
        : !PosixFile.MayReadAndWrite(file) ? $"you may not read and write {path}."
        : !PosixFile.MayCreateIn(Path.GetDirectoryName(file)!) ? $"you may not create files in {Path.GetDirectoryName(file)}. SQLite needs that, for the log beside the database."
        : null;

    private static string? FindFolderFault(string path, string folder, bool mayCreateFolder)
    {
        var existing = folder;
        while (!Directory.Exists(existing) && !File.Exists(existing) && Path.GetDirectoryName(existing) is { } above)
        {
            existing = above;
        }

        return File.Exists(existing) ? $"{path} cannot exist: {existing} is not a directory."
            : existing != folder && !mayCreateFolder ? $"there is no directory {folder}. Create it, or name another place with --database."
            : !PosixFile.MayCreateIn(existing) ? $"you may not create files in {existing}. Name another place with --database."
            : null;
    }
}

/// <summary>The path leads to something that cannot be Sluice's database. The message says what it is.</summary>
internal sealed class UnusableFileException(string message) : Exception(message);
