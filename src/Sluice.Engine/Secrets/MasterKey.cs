using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Secrets;

/// <summary>Encrypts by AES-256-GCM the secrets that must be kept, so that a copy of the database alone shows none of them.</summary>
internal sealed class MasterKey
{
    private const string Version = "v1.";

    private readonly byte[] _key;

    private MasterKey(byte[] key) => _key = key;

    /// <summary>Reads a key: 32 bytes in hex or base64.</summary>
    /// <returns>Null: the text is no such key.</returns>
    public static MasterKey? Read(string text)
    {
        var trimmed = text.Trim();
        Span<byte> key = stackalloc byte[SealedBytes.KeyBytes];
        return trimmed.Length == 2 * SealedBytes.KeyBytes && Convert.FromHexString(trimmed, key, out _, out _) == System.Buffers.OperationStatus.Done
            || (Convert.TryFromBase64String(trimmed, key, out var written) && written == SealedBytes.KeyBytes)
            ? new MasterKey(key.ToArray())
            : null;
    }

    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SealedBytes.KeyBytes));

    /// <param name="purpose">Bound to the result: what is encrypted for one row cannot be moved to another.</param>
    public string Encrypt(string secret, string purpose) => Version + Convert.ToBase64String(SealedBytes.Seal(_key, Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(purpose)));

    /// <returns>Null: the text was encrypted by another key or for another purpose, or it is damaged.</returns>
    public string? Decrypt(string encrypted, string purpose)
    {
        var bytes = new byte[encrypted.Length];
        return encrypted.StartsWith(Version, StringComparison.Ordinal)
            && Convert.TryFromBase64String(encrypted[Version.Length..], bytes, out var length)
            && SealedBytes.Open(_key, bytes.AsSpan(0, length), Encoding.UTF8.GetBytes(purpose)) is { } plain
            ? Encoding.UTF8.GetString(plain)
            : null;
    }
}
