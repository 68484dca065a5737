using System.Security.Cryptography;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Idempotency;

/// <summary>
/// Encrypts a kept answer by AES-256-GCM with the idempotency key itself, which only the client has. An answer may name people or have a secret that is
/// shown once, and neither the database nor its backups should.
/// </summary>
internal static class AnswerCipher
{
    public static string Encrypt(KeyedCall call, ReadOnlySpan<byte> answer) => Convert.ToBase64String(SealedBytes.Seal(call.AnswerKey, answer, call.Fingerprint));

    /// <param name="call">Must have the key and the fingerprint of the call whose answer was encrypted.</param>
    public static byte[] Decrypt(KeyedCall call, string encrypted) => SealedBytes.Open(call.AnswerKey, Convert.FromBase64String(encrypted), call.Fingerprint)
        ?? throw new CryptographicException("The kept answer of a call with an idempotency key is damaged");
}
