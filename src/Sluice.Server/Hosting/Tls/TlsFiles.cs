namespace Sluice.Server.Hosting.Tls;

/// <summary>The files of a server that speaks TLS itself. Both are PEM; the first may also have the certificates of the authorities in between.</summary>
/// <param name="Certificate">The path of <c>--tls-cert</c>.</param>
/// <param name="Key">The path of <c>--tls-key</c>.</param>
internal sealed record TlsFiles(string Certificate, string Key)
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <exception cref="TlsFilesException">One of them cannot be read.</exception>
    public TlsTexts Read() => new(Read("--tls-cert", Certificate), Read("--tls-key", Key));

    /// <summary>Whether all users of the machine may read or change the private key. Always false on Windows, which has no such modes.</summary>
    public bool IsKeyOpen() => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(File.ResolveLinkTarget(Key, returnFinalTarget: true)?.FullName ?? Key) & Others) != 0;

    private static string Read(string option, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TlsFilesException($"{option}: there is no file {path}.");
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            throw new TlsFilesException($"{option}: {path} cannot be read: {fault.Message}");
        }
    }
}

/// <summary>What is in the files. Two readings are the same if the texts are.</summary>
internal sealed record TlsTexts(string Certificate, string Key);

/// <summary>Says in a sentence why a server cannot speak TLS with its files.</summary>
internal sealed class TlsFilesException(string message) : Exception(message);
