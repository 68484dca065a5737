using System.Security.Cryptography;
using Sluice.Engine.Mail.Intake.Reading;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Mail;

/// <summary>A raw message as it comes in. Only its beginning is kept; the rest is counted and hashed, so that a large one costs little memory.</summary>
/// <param name="Begin">At most <see cref="ParseMail.MaxBytes"/>.</param>
/// <param name="Fingerprint">SHA-256 of the whole message, in hexadecimal digits.</param>
internal sealed record RawBody(ReadOnlyMemory<byte> Begin, string Fingerprint)
{
    /// <summary>More than mail systems pass on.</summary>
    public const long MaxBytes = 50 * 1024 * 1024;

    private static readonly ApiError TooLarge = new(StatusCodes.Status413PayloadTooLarge, "Request body is too large");
    private static readonly ApiError Empty = ApiError.Faults(["The body is empty: it should be a message (RFC 5322)"]);

    public static async Task<(RawBody? Body, ApiError? Refusal)> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > MaxBytes)
        {
            return (null, Refuse(request));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var begin = new MemoryStream();
        var (buffer, total) = (new byte[64 * 1024], 0L);
        while (await RequestBody.ReadRawAsync(request, buffer, ct) is var length and > 0)
        {
            total += length;
            if (total > MaxBytes)
            {
                return (null, Refuse(request));
            }

            hash.AppendData(buffer, 0, length);
            begin.Write(buffer, 0, (int)Math.Min(length, ParseMail.MaxBytes - begin.Length));
        }

        return total == 0 ? (null, Empty) : (new RawBody(begin.ToArray(), Convert.ToHexStringLower(hash.GetHashAndReset())), null);
    }

    private static ApiError Refuse(HttpRequest request)
    {
        request.HttpContext.Response.Headers.Connection = "close"; // Do not wait for the rest of the body.
        return TooLarge;
    }
}
