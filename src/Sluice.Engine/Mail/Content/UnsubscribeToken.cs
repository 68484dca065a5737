using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Sluice.Engine.Mail.Content;

/// <summary>
/// The last part of an unsubscribe link. It names the instance and is signed with the company's key. It is not stored, so a link works for as
/// long as the instance exists.
/// </summary>
internal static class UnsubscribeToken
{
    private const int PayloadLength = 16;
    private const int SignatureLength = 16;

    /// <param name="key">The company's key. It signs the company's cursors too, so the signed text includes its purpose.</param>
    public static string Write(ReadOnlySpan<byte> key, long companyId, long flowInstanceId)
    {
        Span<byte> token = stackalloc byte[PayloadLength + SignatureLength];
        BinaryPrimitives.WriteInt64BigEndian(token, companyId);
        BinaryPrimitives.WriteInt64BigEndian(token[8..], flowInstanceId);
        Sign(key, token[..PayloadLength], token[PayloadLength..]);
        return Base64Url.EncodeToString(token);
    }

    /// <returns>The ids in the text. Do not trust them before the signature is checked. Null: the text is not a token.</returns>
    public static (long CompanyId, long FlowInstanceId)? Read(string text)
    {
        Span<byte> token = stackalloc byte[PayloadLength + SignatureLength];
        return IsWhole(text, token) ? (BinaryPrimitives.ReadInt64BigEndian(token), BinaryPrimitives.ReadInt64BigEndian(token[8..])) : null;
    }

    public static bool IsSignedBy(ReadOnlySpan<byte> key, string text)
    {
        Span<byte> token = stackalloc byte[PayloadLength + SignatureLength];
        Span<byte> expected = stackalloc byte[SignatureLength];
        if (!IsWhole(text, token))
        {
            return false;
        }

        Sign(key, token[..PayloadLength], expected);
        return CryptographicOperations.FixedTimeEquals(expected, token[PayloadLength..]);
    }

    private static bool IsWhole(string text, Span<byte> token) =>
        text.Length == Base64Url.GetEncodedLength(token.Length) && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, token, out var written) && written == token.Length;

    private static void Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(key, [.. "unsubscribe"u8, .. payload], hash);
        hash[..signature.Length].CopyTo(signature);
    }
}
