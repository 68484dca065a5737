using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sluice.Engine.Mail.Content;

/// <summary>
/// The token behind the plus in <c>ada+TOKEN@example.com</c>. It names a message and is signed with the company's key, so that an answer or a bounce finds its
/// message without any header. It is not stored. Lower-case base32, because some mail servers change the case of what stands before the <c>@</c>.
/// </summary>
internal static class PlusToken
{
    private const int IdLength = 8;
    private const int SignatureLength = 10;
    private const int Length = 1 + 29; // The letter, and 18 bytes in base32.
    private const int MaxLocalPart = 64; // RFC 5321, 4.5.3.1.1
    private const char Begin = 's';
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <param name="key">The company's key. It signs other texts too, so the signed text includes its purpose.</param>
    public static string Write(ReadOnlySpan<byte> key, long messageId)
    {
        Span<byte> token = stackalloc byte[IdLength + SignatureLength];
        BinaryPrimitives.WriteInt64BigEndian(token, messageId);
        Sign(key, token[..IdLength], token[IdLength..]);
        return Begin + Encode(token);
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
        Span<byte> bytes = stackalloc byte[IdLength + SignatureLength];
        Span<byte> expected = stackalloc byte[SignatureLength];
        if (token.Length != Length || !TryDecode(token.AsSpan(1), bytes))
        {
            return null;
        }

        Sign(key, bytes[..IdLength], expected);
        return CryptographicOperations.FixedTimeEquals(expected, bytes[IdLength..]) ? BinaryPrimitives.ReadInt64BigEndian(bytes) : null;
    }

    private static void Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> id, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(key, [.. "plus address"u8, .. id], hash);
        hash[..signature.Length].CopyTo(signature);
    }

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[Length - 1];
        var (bits, count, at) = (0, 0, 0);
        foreach (var one in bytes)
        {
            (bits, count) = ((bits << 8) | one, count + 8);
            for (; count >= 5; count -= 5)
            {
                text[at++] = Alphabet[(bits >> (count - 5)) & 31];
            }

            bits &= (1 << count) - 1;
        }

        text[at] = Alphabet[(bits << (5 - count)) & 31];
        return new string(text);
    }

    private static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        var (bits, count, at) = (0, 0, 0);
        foreach (var letter in text)
        {
            var value = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }

            (bits, count) = ((bits << 5) | value, count + 5);
            if (count >= 8)
            {
                bytes[at++] = (byte)(bits >> (count - 8));
                count -= 8;
                bits &= (1 << count) - 1;
            }
        }

        return bits == 0; // Only one text is the token.
    }
}
