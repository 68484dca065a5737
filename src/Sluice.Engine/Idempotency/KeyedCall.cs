using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Idempotency;

/// <summary>A call that carries an idempotency key.</summary>
/// <param name="Key">As the client sent it. It is not stored: the database has a hash of it, and the answers are encrypted with it.</param>
/// <param name="KeyHash">A keyed hash of the key. No two companies have the same.</param>
/// <param name="Fingerprint">A hash of what the call asks for. An equal call has the same.</param>
internal sealed record KeyedCall(long CompanyId, string Key, byte[] KeyHash, byte[] Fingerprint, string RequestId)
{
    /// <param name="companyKey">A secret of the company.</param>
    public static KeyedCall Of(long companyId, byte[] companyKey, string key, byte[] fingerprint, string requestId) =>
        new(companyId, key, HMACSHA256.HashData(companyKey, Encoding.UTF8.GetBytes(key)), fingerprint, requestId);

    /// <summary>Encrypts the answer. It is derived before the call runs: after it, SQLite's only writer would wait for that.</summary>
    public byte[] AnswerKey { get; } = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(Key), SealedBytes.KeyBytes, salt: KeyHash);

    /// <summary>The number of the lock of whoever does a call with this key.</summary>
    public long Lock => BinaryPrimitives.ReadInt64BigEndian(KeyHash);

    /// <summary>The first half of the number of a lock that shows which call is done with the key.</summary>
    public uint ShownKey => BinaryPrimitives.ReadUInt32BigEndian(KeyHash.AsSpan(8));

    /// <summary>Its second half.</summary>
    public uint ShownCall => BinaryPrimitives.ReadUInt32BigEndian(Fingerprint);

    public long ShownLock => unchecked((long)(((ulong)ShownKey << 32) | ShownCall));
}

/// <param name="Body">JSON in UTF-8.</param>
internal sealed record CallAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>A larger one is not kept, only that the call was done.</summary>
    public const int MaxKept = 1024 * 1024;

    /// <summary>Whether the call only reads: if its answer is too large to keep, it may as well be done again.</summary>
    public bool OnlyReads { get; init; }

    public bool IsTooLarge => Body.Length > MaxKept;

    /// <summary>Whether the key is used up. A call that was refused before it did anything may be repaired and sent with the same key.</summary>
    public bool UsesUpKey => Status is not (400 or 401 or 403 or 413 or 415 or 429) and < 500 && !(OnlyReads && IsTooLarge);
}

internal enum KeyedOutcome
{
    /// <summary>The call was done now.</summary>
    Done,

    /// <summary>The call was done before, and this is its answer.</summary>
    Replayed,

    /// <summary>The call was done before. Its answer was too large to keep, or a person whom it may name was erased.</summary>
    AnswerGone,

    /// <summary>An equal call is being done.</summary>
    Running,

    /// <summary>The key belongs to another call.</summary>
    OtherCall,
}

/// <param name="Answer">Of a call that was done, now or before.</param>
/// <param name="RequestId">The id of the call that was done.</param>
internal sealed record KeyedResult(KeyedOutcome Outcome, CallAnswer? Answer = null, string? RequestId = null);
