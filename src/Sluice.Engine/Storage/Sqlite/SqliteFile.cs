using System.Data.Common;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// The file of a database, by the name it has been opened by. Once another is there by that name, or none, nothing is opened and nothing
/// committed any more: what is written to a file without a name nobody will find, and the other one together with the log beside it, which is still
/// that of the first, would be neither database.
/// </summary>
internal sealed class SqliteFile(string path) : IDisposable
{
    private readonly Lock _lock = new();
    private SqliteSession? _first;
    private volatile bool _hasMoved;
    private SafeFileHandle? _handle;

    public string Path => path;

    /// <summary>As far as anybody has looked.</summary>
    public bool HasMoved => _hasMoved;

    public SqliteSession Open()
    {
        lock (_lock)
        {
            _first ??= new SqliteSession(path); // Reads and writes nothing; it remembers which file it was.
        }

        Check(); // To open another means to change it: it is switched to keeping a log.
        var session = new SqliteSession(path);
        try
        {
            Check(); // It may have been the other one already.
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <exception cref="FileMovedException">It is not there any more.</exception>
    public void Check()
    {
        lock (_lock)
        {
            _hasMoved |= _first?.HasMoved ?? false;
        }

        if (_hasMoved)
        {
            throw new FileMovedException(path);
        }
    }

    /// <summary>Has the system write to disk what its cache has of the file. One caller at a time.</summary>
    public void Flush()
    {
        _handle ??= File.OpenHandle(path, access: FileAccess.ReadWrite, share: FileShare.ReadWrite);
        RandomAccess.FlushToDisk(_handle);
    }

    /// <summary>The handle last: closing it gives up the locks that this process has on the file.</summary>
    public void Dispose()
    {
        _first?.Dispose();
        _handle?.Dispose();
    }
}

internal sealed class FileMovedException(string path)
    : DbException($"{path} was moved, deleted or replaced while the server ran. Nothing is done until the server is started anew; docs/operating.md says how a backup is restored.");
