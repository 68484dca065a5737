using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Companies;

namespace Sluice.Server.Http;

/// <summary>
/// Marks where the next page begins. Opaque, signed with the company's cursor key, bound to the call's other inputs, valid for one hour [doc].
/// 48 bytes (expiry, page number, last id; HMAC), encoded as base64url.
/// </summary>
/// <param name="After">The last id of the previous page.</param>
/// <param name="PageNumber">From 0.</param>
internal readonly record struct Cursor(long After, int PageNumber)
{
    private const int PayloadLength = 20;
    private const int SignatureLength = 28;
    private const int Length = PayloadLength + SignatureLength;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static readonly Cursor FirstPage = new(long.MinValue, 0);

    /// <param name="caller">The cursor is signed with the cursor key of this caller's company.</param>
    /// <param name="boundTo">The operation and its other inputs, in a fixed order that the operation chooses.</param>
    /// <param name="now">The cursor expires one hour after this time.</param>
    public string Write(Caller caller, string boundTo, DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, (now + Lifetime).ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], PageNumber);
        BinaryPrimitives.WriteInt64BigEndian(bytes[12..], After);
        Sign(bytes[..PayloadLength], caller, boundTo).CopyTo(bytes[PayloadLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <returns>Null when the cursor has expired, or was not made for this company and these inputs.</returns>
    public static Cursor? Read(string? text, Caller caller, string boundTo, DateTimeOffset now)
    {
        if (text is null)
        {
            return FirstPage;
        }

        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != Base64Url.GetEncodedLength(Length)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done // TryDecodeFromChars throws at an invalid character.
            || length != Length
            || !CryptographicOperations.FixedTimeEquals(Sign(bytes[..PayloadLength], caller, boundTo), bytes[PayloadLength..])
            || BinaryPrimitives.ReadInt64BigEndian(bytes) < now.ToUnixTimeMilliseconds())
        {
            return null;
        }

        return new Cursor(BinaryPrimitives.ReadInt64BigEndian(bytes[12..]), BinaryPrimitives.ReadInt32BigEndian(bytes[8..]));
    }

    private static ReadOnlySpan<byte> Sign(ReadOnlySpan<byte> payload, Caller caller, string boundTo) =>
        HMACSHA256.HashData(caller.CursorKey, (byte[])[.. payload, .. Encoding.UTF8.GetBytes(boundTo)]).AsSpan(0, SignatureLength);
}
