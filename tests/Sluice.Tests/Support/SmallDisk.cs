using System.Diagnostics;

namespace Sluice.Tests.Support;

/// <summary>A file system of a few megabytes, so that a disk can really be full. It is a mount, which only root can make.</summary>
internal sealed class SmallDisk
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice_disk_");

    private string Ballast => Path.Combine(_folder.FullName, "ballast");

    public string Folder => _folder.FullName;

    /// <summary>Mounts the disk. Skips the test if that is not possible.</summary>
    public static SmallDisk Mount(int mebibytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux can mount a small disk");
        var disk = new SmallDisk();
        var isMounted = Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", disk._folder.FullName);
        if (!isMounted)
        {
            disk._folder.Delete();
            Assert.Skip("This machine does not let root mount a small disk");
        }

        return disk;
    }

    /// <summary>Fills the disk to the last byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // The disk is full now.
        }
    }

    public void MakeRoom() => File.Delete(Ballast);

    public void Unmount()
    {
        Assert.True(Run("umount", _folder.FullName));
        _folder.Delete();
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
