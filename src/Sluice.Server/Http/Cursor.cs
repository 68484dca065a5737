using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Companies;

namespace Sluice.Server.Http;

/// <summary>
/// Where the next page begins: opaque, signed with the company's key, bound to the call's other inputs, good for an hour [doc]. 48 bytes
/// (expiry, page, last id; HMAC) in base64 for URLs.
/// </summary>
/// <param name="After">The last id of the page before.</param>
/// <param name="PageNumber">From 0.</param>
internal readonly record struct Cursor(long After, int PageNumber)
{
    private const int PayloadLength = 20;
    private const int SignatureLength = 28;
    private const int Length = PayloadLength + SignatureLength;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static readonly Cursor FirstPage = new(long.MinValue, 0);

    /// <param name="caller">Whose cursor it is.</param>
    /// <param name="boundTo">The operation and its other inputs, in an order of the operation's own.</param>
    /// <param name="now">From which it is good for an hour.</param>
    public string Write(Caller caller, string boundTo, DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, (now + Lifetime).ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], PageNumber);
        BinaryPrimitives.WriteInt64BigEndian(bytes[12..], After);
        Sign(bytes[..PayloadLength], caller, boundTo).CopyTo(bytes[PayloadLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <returns>Null when it was not made by this server for this call of this company, or has expired.</returns>
    public static Cursor? Read(string? text, Caller caller, string boundTo, DateTimeOffset now)
    {
        if (text is null)
        {
            return FirstPage;
        }

        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != Base64Url.GetEncodedLength(Length)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done // TryDecodeFromChars throws at a wrong letter.
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
