namespace Sluice.Engine.Storage;

/// <summary>
/// Files and folders that nobody but their owner may look into: mail, people, the hashes of keys and what signs links. What is there already
/// keeps the rights that somebody gave it.
/// </summary>
internal static class PrivateFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path); // Whose folder it is in says who may.
        }
        else
        {
            Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Empty, for SQLite to fill: it takes an empty file for a new database, and gives the log beside it the same rights.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows() || File.Exists(path))
        {
            return; // Not even opened: closing a file lets go of all locks that this process has on it.
        }

        try
        {
            new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Owner }).Dispose();
        }
        catch (IOException)
        {
            // Somebody was quicker; or it cannot be made, and SQLite will say so.
        }
    }
}
