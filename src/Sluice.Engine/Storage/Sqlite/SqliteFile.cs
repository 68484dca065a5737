using System.Data.Common;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// The file of a database, identified by the path at which it was first opened. When the path has another file or no file, nothing is
/// opened or committed any more. Nobody would find data that is written to a file without a path. And a replacement file, together with
/// the log beside it, which still belongs to the first file, would be a valid copy of neither database.
/// </summary>
/// <param name="path">Where the file is.</param>
/// <param name="isThrowaway">Whether nothing is flushed to disk.</param>
internal sealed class SqliteFile(string path, bool isThrowaway = false) : IDisposable
{
    private readonly Lock _lock = new();
    private SqliteSession? _first;
    private volatile bool _hasMoved;
    private SafeFileHandle? _handle;

    public string Path => path;

    /// <summary>The result of the last <see cref="Check"/>. Does not look at the file itself.</summary>
    public bool HasMoved => _hasMoved;

    public SqliteSession Open()
    {
        lock (_lock)
        {
            _first ??= new SqliteSession(path, isThrowaway); // Runs no queries; it only remembers which file was opened.
        }

        Check(); // Before opening: to open a replacement file changes it, because it is switched to WAL mode.
        var session = new SqliteSession(path, isThrowaway);
        try
        {
            Check(); // After opening: the file may have been replaced in between.
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <exception cref="FileMovedException">The file is no longer at its path.</exception>
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

    /// <summary>Makes the operating system write its cached pages of the file to disk. One caller at a time.</summary>
    public void Flush()
    {
        if (isThrowaway)
        {
            return;
        }

        _handle ??= File.OpenHandle(path, access: FileAccess.ReadWrite, share: FileShare.ReadWrite);
        RandomAccess.FlushToDisk(_handle);
    }

    /// <summary>Closes the handle last, because closing it releases all locks that this process holds on the file.</summary>
    public void Dispose()
    {
        _first?.Dispose();
        _handle?.Dispose();
    }
}

internal sealed class FileMovedException(string path)
    : DbException($"{path} was moved, deleted or replaced while the server was running. Nothing is read or written until you restart it; docs/operating.md describes how to restore a backup.");
