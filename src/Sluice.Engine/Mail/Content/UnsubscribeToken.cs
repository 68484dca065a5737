using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Sluice.Engine.Mail.Content;

/// <summary>
/// The end of an unsubscribe link: whose instance, signed with the company's own key. Nothing of it is stored, so a link works for as long as
/// the instance is there.
/// </summary>
internal static class UnsubscribeToken
{
    private const int PayloadLength = 16;
    private const int SignatureLength = 16;

    /// <param name="key">The company's; shared with its cursors, so what is signed says what it is for.</param>
    public static string Write(ReadOnlySpan<byte> key, long companyId, long flowInstanceId)
    {
        Span<byte> token = stackalloc byte[PayloadLength + SignatureLength];
        BinaryPrimitives.WriteInt64BigEndian(token, companyId);
        BinaryPrimitives.WriteInt64BigEndian(token[8..], flowInstanceId);
        Sign(key, token[..PayloadLength], token[PayloadLength..]);
        return Base64Url.EncodeToString(token);
    }

    /// <returns>What it says; not yet to be believed. Null: it is none.</returns>
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
