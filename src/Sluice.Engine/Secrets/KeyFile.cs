using Sluice.Engine.Storage;

namespace Sluice.Engine.Secrets;

/// <summary>
/// The file with the master key, which only its owner can read. While the key is being rotated, it has two lines: the new key and the old one. It is read
/// each time, so a running server notices a rotation.
/// </summary>
internal sealed class KeyFile(string path)
{
    private readonly Lock _making = new();

    /// <returns>The key and, during a rotation, the old one; none: there is no key yet.</returns>
    /// <exception cref="MasterKeyFault">The file holds something else.</exception>
    public List<MasterKey> Read() => File.Exists(path) && new FileInfo(path).Length > 0
        ? [.. File.ReadAllLines(path).Where(line => line.Trim().Length > 0).Select(line => MasterKey.Read(line) ?? throw new MasterKeyFault($"{path} holds no master key: put back the file that was there"))]
        : [];

    public MasterKey GetOrMake()
    {
        lock (_making)
        {
            if (Read() is [var key, ..])
            {
                return key;
            }

            PrivateFile.Create(path);
            File.WriteAllText(path, MasterKey.New() + "\n");
            return Read()[0];
        }
    }

    /// <summary>Puts a new key above the one that there is. If a rotation was interrupted, goes on with its new key.</summary>
    /// <returns>False: there is no key yet, so there is nothing to rotate.</returns>
    public bool BeginRotation()
    {
        var keys = Read();
        if (keys.Count == 1)
        {
            Replace($"{MasterKey.New()}\n{File.ReadAllText(path).Trim()}\n");
        }

        return keys.Count > 0;
    }

    /// <summary>Forgets the old key.</summary>
    public void EndRotation() => Replace($"{File.ReadAllLines(path)[0].Trim()}\n");

    /// <summary>Replaces the file in one step: whoever reads it, or stops meanwhile, finds the old content or the new one.</summary>
    private void Replace(string content)
    {
        var next = $"{path}.new";
        File.Delete(next);
        PrivateFile.Create(next);
        using (var stream = new FileStream(next, FileMode.Open, FileAccess.Write))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(content));
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}
