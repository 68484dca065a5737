using System.Buffers.Binary;
using System.Security.Cryptography;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail.Content;

/// <summary>
/// The token behind the plus in <c>ada+TOKEN@example.com</c>. It names a message and is signed with the company's key, so that an answer or a bounce finds its
/// message without any header. It is not stored. Base 32 in small letters, because some mail servers change the case of what stands before the <c>@</c>.
/// </summary>
internal static class PlusToken
{
    private const int IdLength = 8;
    private const int SignatureLength = 10;
    private const int Length = 1 + 29; // The letter, and 18 bytes in base 32.
    private const int MaxLocalPart = 64; // RFC 5321, 4.5.3.1.1
    private const char Begin = 's';

    /// <param name="key">The company's key. It signs other texts too, so the signed text includes its purpose.</param>
    public static string Write(ReadOnlySpan<byte> key, long messageId)
    {
        Span<byte> token = stackalloc byte[IdLength + SignatureLength];
        BinaryPrimitives.WriteInt64BigEndian(token, messageId);
        Sign(key, token[..IdLength], token[IdLength..]);
        return Begin + Base32.Encode(token).ToLowerInvariant();
    }

    /// <returns>The address with the token. Null: it has a plus already, or would become longer than mail servers take.</returns>
    public static string? AddTo(string address, string token)
    {
        var at = address.LastIndexOf('@');
        return at + 1 + token.Length > MaxLocalPart || address.AsSpan(0, at).ContainsAny('+', '"') ? null : $"{address[..at]}+{token}{address[at..]}";
    }

    /// <returns>What looks like a token in the address. Do not trust it before its signature is checked. Null: nothing does.</returns>
    public static string? FindIn(string address)
    {
        var (at, plus) = (address.LastIndexOf('@'), address.LastIndexOf('+'));
        return plus >= 0 && at - plus - 1 == Length && char.ToLowerInvariant(address[plus + 1]) == Begin ? address[(plus + 1)..at].ToLowerInvariant() : null;
    }

    /// <returns>The id of the message; null: the token was not signed with the key.</returns>
    public static long? Read(ReadOnlySpan<byte> key, string token)
    {
        if (token.Length != Length || !Base32.TryDecode(token[1..].ToUpperInvariant(), out var bytes))
        {
            return null;
        }

        Span<byte> expected = stackalloc byte[SignatureLength];
        Sign(key, bytes.AsSpan(0, IdLength), expected);
        return CryptographicOperations.FixedTimeEquals(expected, bytes.AsSpan(IdLength)) ? BinaryPrimitives.ReadInt64BigEndian(bytes) : null;
    }

    private static void Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> id, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(key, [.. "plus address"u8, .. id], hash);
        hash[..signature.Length].CopyTo(signature);
    }
}
