using System.Text;

namespace Sluice.Cli.Shared;

/// <summary>Reads a file that the user named. Its size is bounded: the name may be that of a device, which never ends.</summary>
internal static class InputFile
{
    /// <summary>As much as <c>POST /sluice/v1/apply</c> takes.</summary>
    private const int MaxBytes = 32 * 1024 * 1024;

    /// <param name="what">What names the file, in messages: an option, or nothing.</param>
    public static string ReadText(string path, string what = "")
    {
        using var text = new StreamReader(new MemoryStream(ReadBytes(path, what)), Encoding.UTF8);
        return text.ReadToEnd();
    }

    /// <param name="path">A hyphen means standard input.</param>
    /// <param name="what">As of <see cref="ReadText"/>.</param>
    public static byte[] ReadBytes(string path, string what = "")
    {
        var place = what.Length == 0 ? path : $"{what}: {path}";
        try
        {
            using var file = path == "-" ? Console.OpenStandardInput() : Directory.Exists(path) ? throw new CliException($"{place} is a directory, not a file.") : File.OpenRead(path);
            using var bytes = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (var read = file.Read(buffer); read > 0; read = file.Read(buffer))
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > MaxBytes)
                {
                    throw new CliException($"{place} has more than {MaxBytes / 1024 / 1024} MiB, which no request may have.");
                }
            }

            return bytes.ToArray();
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException($"{(what.Length == 0 ? "" : $"{what}: ")}there is no file {path}.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CliException($"you may not read {place}.");
        }
        catch (IOException fault)
        {
            throw new CliException($"{place} cannot be read: {fault.Message}");
        }
    }
}
