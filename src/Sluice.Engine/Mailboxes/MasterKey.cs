using System.Security.Cryptography;
using System.Text;

namespace Sluice.Engine.Mailboxes;

/// <summary>Encrypts the passwords of mailboxes by AES-256-GCM, so that a copy of the database alone opens no mailbox.</summary>
internal sealed class MasterKey
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const string Version = "v1.";

    private readonly byte[] _key;

    private MasterKey(byte[] key) => _key = key;

    /// <summary>Reads a key: 32 bytes in hex or base64.</summary>
    /// <returns>Null: the text is no such key.</returns>
    public static MasterKey? Read(string text)
    {
        var trimmed = text.Trim();
        Span<byte> key = stackalloc byte[KeyBytes];
        return trimmed.Length == 2 * KeyBytes && Convert.FromHexString(trimmed, key, out _, out _) == System.Buffers.OperationStatus.Done
            || (Convert.TryFromBase64String(trimmed, key, out var written) && written == KeyBytes)
            ? new MasterKey(key.ToArray())
            : null;
    }

    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <param name="purpose">Bound to the result: what is encrypted for one mailbox cannot be moved to another.</param>
    public string Encrypt(string secret, string purpose)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var bytes = new byte[NonceBytes + plain.Length + TagBytes]; // nonce, cipher text, tag
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(bytes.AsSpan(0, NonceBytes), plain, bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(purpose));
        return Version + Convert.ToBase64String(bytes);
    }

    /// <returns>Null: the text was encrypted by another key or for another purpose, or it is damaged.</returns>
    public string? Decrypt(string encrypted, string purpose)
    {
        var bytes = new byte[encrypted.Length];
        if (!encrypted.StartsWith(Version, StringComparison.Ordinal)
            || !Convert.TryFromBase64String(encrypted[Version.Length..], bytes, out var length)
            || length < NonceBytes + TagBytes)
        {
            return null;
        }

        var plain = new byte[length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length, TagBytes), plain, Encoding.UTF8.GetBytes(purpose));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
