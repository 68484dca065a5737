using System.Runtime.InteropServices;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// The native calls that each statement, value and row needs, without the library's wrapper, and one for which the library has none. The wrapper guards its
/// handle with two interlocked operations a call, which took a tenth of a listing's time. Calls that never wait skip the garbage collector's transition too.
/// </summary>
internal static class SqliteNative
{
    /// <summary>Makes SQLite copy a text that is bound.</summary>
    public static readonly nint Transient = -1;

    /// <summary>What <see cref="FileControl"/> is asked: whether the file is no longer at its path.</summary>
    public const int HasMoved = 20;

    private const string Library = "e_sqlite3";
    private const DllImportSearchPath Path = DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory;

    [DllImport(Library, EntryPoint = "sqlite3_step"), DefaultDllImportSearchPaths(Path)]
    public static extern int Step(nint statement);

    [DllImport(Library, EntryPoint = "sqlite3_reset"), DefaultDllImportSearchPaths(Path)]
    public static extern int Reset(nint statement);

    [DllImport(Library, EntryPoint = "sqlite3_clear_bindings"), DefaultDllImportSearchPaths(Path)]
    public static extern int ClearBindings(nint statement);

    [DllImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition, DefaultDllImportSearchPaths(Path)]
    public static extern int BindNull(nint statement, int parameter);

    [DllImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition, DefaultDllImportSearchPaths(Path)]
    public static extern int BindInteger(nint statement, int parameter, long value);

    [DllImport(Library, EntryPoint = "sqlite3_bind_text"), DefaultDllImportSearchPaths(Path)]
    public static extern int BindText(nint statement, int parameter, byte[] text, int length, nint release);

    /// <returns>The type of the value: SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_BLOB or SQLITE_NULL.</returns>
    [DllImport(Library, EntryPoint = "sqlite3_column_type"), SuppressGCTransition, DefaultDllImportSearchPaths(Path)]
    public static extern int Type(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition, DefaultDllImportSearchPaths(Path)]
    public static extern long Integer(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_double"), SuppressGCTransition, DefaultDllImportSearchPaths(Path)]
    public static extern double Real(nint statement, int column);

    /// <returns>A text in UTF-8, not ended by a zero, or the bytes of a blob; valid until the next step.</returns>
    [DllImport(Library, EntryPoint = "sqlite3_column_blob"), DefaultDllImportSearchPaths(Path)]
    public static extern nint Bytes(nint statement, int column);

    /// <summary>Call it after <see cref="Bytes"/>.</summary>
    [DllImport(Library, EntryPoint = "sqlite3_column_bytes"), SuppressGCTransition, DefaultDllImportSearchPaths(Path)]
    public static extern int Length(nint statement, int column);

    /// <param name="schema">0 means the main database.</param>
    [DllImport(Library, EntryPoint = "sqlite3_file_control"), DefaultDllImportSearchPaths(Path)]
    public static extern int FileControl(nint connection, nint schema, int what, out int answer);
}
