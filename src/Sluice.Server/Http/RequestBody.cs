using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>The JSON a request carries, read whole before its operation runs, so that nothing is done by halves.</summary>
internal sealed class RequestBody(ReadOnlyMemory<byte> bytes, HttpResponse response)
{
    public const int MaxBytes = 1024 * 1024;

    private JsonDocument? _document;

    /// <summary>Sound JSON, of the kind that the operation takes.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Parsed when it is first asked for: what is asked most reads the bytes.</summary>
    public JsonElement Root => (_document ??= Parse()).RootElement;

    /// <returns>What is wrong with it, or null when it is there for the handler.</returns>
    public static async ValueTask<ApiError?> ReadAsync(HttpContext http, Operation operation)
    {
        if (!IsJson(http.Request.ContentType))
        {
            return new ApiError(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type"); // [rec]
        }

        if (await ReadBytesAsync(http, operation.MaxBytes) is not { } bytes)
        {
            http.Response.Headers.Connection = "close"; // What is still on its way is not waited for.
            return new ApiError(StatusCodes.Status413PayloadTooLarge, "Request body is too large");
        }

        try
        {
            bytes = WithoutMark(bytes);
            if (JsonText.FirstToken(bytes.Span) != (operation.Body == BodyKind.JsonList ? JsonTokenType.StartArray : JsonTokenType.StartObject)
                || !JsonText.IsSound(bytes.Span))
            {
                return ApiError.BadRequest;
            }

            http.Features.Set(new RequestBody(bytes, http.Response));
            return null;
        }
        catch (JsonException)
        {
            return ApiError.BadRequest; // [rec]
        }
    }

    private JsonDocument Parse()
    {
        var document = JsonDocument.Parse(bytes);
        response.RegisterForDispose(document);
        return document;
    }

    private static bool IsJson(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        var charset = end < 0 ? default : type[(end + 1)..].Trim();
        return (end < 0 ? type : type[..end]).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!charset.StartsWith("charset=", StringComparison.OrdinalIgnoreCase)
                || charset[8..].Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }

    /// <returns>Null when there are more bytes than may be.</returns>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadBytesAsync(HttpContext http, int maxBytes)
    {
        if (http.Request.ContentLength > maxBytes)
        {
            return null;
        }

        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await ReadSomeAsync(reader, http.RequestAborted);
            if (read.Buffer.Length > maxBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async ValueTask<ReadResult> ReadSomeAsync(PipeReader reader, CancellationToken ct)
    {
        try
        {
            return await reader.ReadAsync(ct);
        }
        catch (IOException fault) when (fault is not BadHttpRequestException)
        {
            // A reset connection, or a chunk size past all bounds, for which the server has no exception of its own: not a fault of ours.
            throw new BadHttpRequestException(fault.Message, fault);
        }
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> bytes) => bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
}
