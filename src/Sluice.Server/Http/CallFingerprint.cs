using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>
/// A hash of what a call asks for: its method, path, query and body. White space and the order of fields in a JSON body make no difference. A body that
/// the operation reads itself counts byte for byte; it is kept in a temporary file, so that the operation can read it again.
/// </summary>
internal static class CallFingerprint
{
    /// <summary>The largest body that is not JSON. An upload to the CRM may be larger without an idempotency key: its clientRequestId works only once anyway.</summary>
    public const long MaxRaw = 64 * 1024 * 1024;

    private const int MaxInMemory = 64 * 1024;

    /// <returns>Null: the body is too large.</returns>
    public static async Task<byte[]?> FindAsync(HttpRequest request, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path.Value}{request.QueryString.Value}\n"));
        if (request.HttpContext.Features.Get<RequestBody>() is { } body)
        {
            var json = new ArrayBufferWriter<byte>(body.Bytes.Length + 1);
            CanonicalJson.Write(json, body.Root);
            hash.AppendData(json.WrittenSpan);
        }
        else if (HasBody(request) && !await AppendRawAsync(hash, request, ct))
        {
            return null;
        }

        return hash.GetHashAndReset();
    }

    private static bool HasBody(HttpRequest request) => request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    /// <returns>False: the body is too large.</returns>
    private static async Task<bool> AppendRawAsync(IncrementalHash hash, HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > MaxRaw)
        {
            return false;
        }

        request.EnableBuffering(MaxInMemory);
        var (buffer, total) = (new byte[MaxInMemory], 0L);
        while (await RequestBody.ReadRawAsync(request, buffer, ct) is var length and > 0)
        {
            total += length;
            if (total > MaxRaw)
            {
                return false;
            }

            hash.AppendData(buffer, 0, length);
        }

        return true;
    }
}
