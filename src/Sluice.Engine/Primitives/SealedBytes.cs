using System.Security.Cryptography;

namespace Sluice.Engine.Primitives;

/// <summary>Encrypts bytes by AES-256-GCM. What is written is a fresh nonce, the cipher text and the tag, in this order.</summary>
internal static class SealedBytes
{
    public const int KeyBytes = 32;

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <param name="key">Of <see cref="KeyBytes"/>.</param>
    /// <param name="purpose">Bound to the result: without it, nobody can open it.</param>
    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> purpose)
    {
        var bytes = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(bytes.AsSpan(0, NonceBytes), plain, bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), purpose);
        return bytes;
    }

    /// <returns>Null: the bytes were sealed with another key or for another purpose, or they are damaged.</returns>
    public static byte[]? Open(byte[] key, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> purpose)
    {
        if (bytes.Length < NonceBytes + TagBytes)
        {
            return null;
        }

        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(bytes[..NonceBytes], bytes.Slice(NonceBytes, plain.Length), bytes[^TagBytes..], plain, purpose);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
