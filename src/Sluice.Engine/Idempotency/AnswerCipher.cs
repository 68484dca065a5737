using System.Security.Cryptography;
using System.Text;

namespace Sluice.Engine.Idempotency;

/// <summary>
/// Encrypts a kept answer by AES-256-GCM with the idempotency key itself, which only the client has. An answer may name people or have a secret that is
/// shown once, and neither the database nor its backups should.
/// </summary>
internal static class AnswerCipher
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static string Encrypt(KeyedCall call, ReadOnlySpan<byte> answer)
    {
        var bytes = new byte[NonceBytes + answer.Length + TagBytes]; // nonce, cipher text, tag
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(KeyOf(call), TagBytes);
        aes.Encrypt(bytes.AsSpan(0, NonceBytes), answer, bytes.AsSpan(NonceBytes, answer.Length), bytes.AsSpan(NonceBytes + answer.Length), call.Fingerprint);
        return Convert.ToBase64String(bytes);
    }

    /// <param name="call">Must have the key and the fingerprint of the call whose answer was encrypted.</param>
    public static byte[] Decrypt(KeyedCall call, string encrypted)
    {
        var bytes = Convert.FromBase64String(encrypted);
        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(KeyOf(call), TagBytes);
        aes.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), plain, call.Fingerprint);
        return plain;
    }

    private static byte[] KeyOf(KeyedCall call) => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(call.Key), KeyBytes, salt: call.KeyHash);
}
