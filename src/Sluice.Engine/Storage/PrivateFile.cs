namespace Sluice.Engine.Storage;

/// <summary>
/// Creates files and folders that only their owner may read: they hold mail, personal data, the hashes of keys and the keys that sign
/// links. A file or folder that already exists keeps its permissions.
/// </summary>
internal static class PrivateFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path); // It inherits the permissions of its parent folder.
        }
        else
        {
            Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Creates an empty file. SQLite treats an empty file as a new database, and gives the log beside it the same permissions.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows() || File.Exists(path))
        {
            return; // Do not even open it: closing a file releases all locks that this process holds on it.
        }

        try
        {
            new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Owner }).Dispose();
        }
        catch (IOException)
        {
            // Another process created it first; or it cannot be created, and SQLite will report that.
        }
    }
}
