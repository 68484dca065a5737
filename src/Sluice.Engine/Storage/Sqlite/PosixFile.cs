using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// Questions about a path that .NET does not answer without opening it. Opening a pipe would block, and closing a database releases the locks that this
/// process holds on it. Where the system cannot be asked, the answer is the harmless one, and opening the file shows the truth.
/// </summary>
internal static class PosixFile
{
    private const int Write = 2;
    private const int ReadWrite = 4 | Write;
    private const int WriteAndSearch = Write | 1;

    /// <summary>The statx call of Linux: its result has the same layout on every processor, unlike that of stat.</summary>
    private const int CurrentFolder = -100;
    private const uint TypeMask = 1;
    private const int ModeAt = 28;
    private const int TypeOfMode = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Whether this is a file with content, not a device, a pipe or a socket. Follows links.</summary>
    public static bool IsRegular(string path) => Ask(otherwise: !path.StartsWith("/dev/", StringComparison.Ordinal), () =>
    {
        var result = new byte[256];
        return OperatingSystem.IsLinux() && Native.Statx(CurrentFolder, Text(path), 0, TypeMask, result) == 0 ? (BitConverter.ToUInt16(result, ModeAt) & TypeOfMode) == Regular : null;
    });

    public static bool MayReadAndWrite(string file) => Ask(otherwise: true, () => Native.Access(Text(file), ReadWrite) == 0);

    /// <summary>Whether files may be created in the folder.</summary>
    public static bool MayCreateIn(string folder) => Ask(otherwise: true, () => Native.Access(Text(folder), WriteAndSearch) == 0);

    /// <param name="otherwise">The answer on Windows, and if the C library has no such function.</param>
    private static bool Ask(bool otherwise, Func<bool?> question)
    {
        try
        {
            return OperatingSystem.IsWindows() ? otherwise : question() ?? otherwise;
        }
        catch (TypeLoadException)
        {
            return otherwise;
        }
    }

    private static byte[] Text(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static class Native
    {
        [DllImport("libc", EntryPoint = "access")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Access(byte[] path, int mode);

        [DllImport("libc", EntryPoint = "statx")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Statx(int folder, byte[] path, int flags, uint mask, byte[] result);
    }
}
