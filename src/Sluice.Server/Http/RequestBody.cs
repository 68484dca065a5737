using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>A request's JSON body. It is read completely before the operation runs, so that a broken body leaves nothing half done.</summary>
internal sealed class RequestBody(ReadOnlyMemory<byte> bytes, HttpResponse response, JsonDocument? document = null)
{
    public const int MaxBytes = 1024 * 1024;

    private const string Identity = "identity";

    private JsonDocument? _document = document;

    /// <summary>Valid JSON of the kind that the operation takes: an object or a list.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Parsed on first use: the most frequent operation reads the bytes instead.</summary>
    public JsonElement Root => (_document ??= Parse()).RootElement;

    private static readonly ApiError Unsupported = new(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type"); // [rec]

    /// <summary>Refuses a compressed body [inf]: no operation reads one, and its bytes would only be said to be bad JSON. Call it before a body is read.</summary>
    public static ApiError? RefuseCompressed(HttpContext http)
    {
        var codings = http.Request.Headers.ContentEncoding;
        if (codings.Count == 0 || codings.ToString().Split(',', StringSplitOptions.TrimEntries).All(IsPlain))
        {
            return null;
        }

        http.Response.Headers.AcceptEncoding = Identity; // RFC 9110, 12.5.3: it was the coding that was not acceptable, not the type.
        return Unsupported;

        static bool IsPlain(string coding) => coding.Length == 0 || coding.Equals(Identity, StringComparison.OrdinalIgnoreCase);
    }

    /// <returns>The refusal, or null when the handler can read the body.</returns>
    public static async ValueTask<ApiError?> ReadAsync(HttpContext http, Operation operation)
    {
        if (RefuseCompressed(http) is { } refusal)
        {
            return refusal;
        }

        if (!IsJson(http.Request.ContentType))
        {
            return Unsupported;
        }

        if (await RefuseCrowdAsync(http, operation) is { } crowded)
        {
            return crowded;
        }

        if (await ReadBytesAsync(http, operation.MaxBytes) is not { } bytes)
        {
            http.Response.Headers.Connection = "close"; // Do not wait for the rest of the body.
            return new ApiError(StatusCodes.Status413PayloadTooLarge, "Request body is too large");
        }

        try
        {
            bytes = WithoutMark(bytes);
            if (JsonText.FirstToken(bytes.Span) != (operation.Body == BodyKind.JsonList ? JsonTokenType.StartArray : JsonTokenType.StartObject)
                || !JsonText.IsValidText(bytes.Span))
            {
                return ApiError.BadRequest;
            }

            var document = bytes.Length > MaxBytes ? await ParseApartAsync(bytes) : null;
            http.Features.Set(new RequestBody(bytes, http.Response, document));
            return null;
        }
        catch (JsonException)
        {
            return ApiError.BadRequest; // [rec]
        }
    }

    /// <summary>Reads a piece of a body that an operation reads itself.</summary>
    /// <returns>Number of bytes; 0 at the end.</returns>
    public static async Task<int> ReadRawAsync(HttpRequest request, byte[] buffer, CancellationToken ct)
    {
        try
        {
            return await request.Body.ReadAsync(buffer, ct);
        }
        catch (IOException fault) when (fault is not BadHttpRequestException)
        {
            throw new BadHttpRequestException(fault.Message, fault); // As of a JSON body: a broken connection is not our bug.
        }
    }

    /// <summary>Waits for room in memory for a body that is large or does not say how long it is.</summary>
    private static ValueTask<ApiError?> RefuseCrowdAsync(HttpContext http, Operation operation)
    {
        var bytes = http.Request.ContentLength ?? operation.MaxBytes;
        return bytes <= MaxBytes || bytes > operation.MaxBytes ? ValueTask.FromResult<ApiError?>(null) : http.RequestServices.GetRequiredService<LargeBodies>().RefuseAsync(http, bytes);
    }

    /// <summary>
    /// Parses a large body in a thread of its own. The parser borrows an array as long as the body from a pool. The pool keeps an array for each thread that has
    /// given one back: for the threads of requests it kept several hundred megabytes. For a thread that has ended it keeps none.
    /// </summary>
    private static Task<JsonDocument> ParseApartAsync(ReadOnlyMemory<byte> bytes) =>
        Task.Factory.StartNew(() => JsonDocument.Parse(bytes), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private JsonDocument Parse()
    {
        var document = JsonDocument.Parse(bytes);
        response.RegisterForDispose(document);
        return document;
    }

    /// <summary>Whether the type is JSON in UTF-8. Clients write that charset with and without its hyphen.</summary>
    private static bool IsJson(string? contentType)
    {
        var isFirst = true;
        var text = contentType.AsSpan();
        foreach (var range in text.Split(';'))
        {
            var part = text[range].Trim();
            if (isFirst ? !part.Equals("application/json", StringComparison.OrdinalIgnoreCase) : part.StartsWith("charset=", StringComparison.OrdinalIgnoreCase) && !IsUtf8(part[8..]))
            {
                return false;
            }

            isFirst = false;
        }

        return !isFirst;
    }

    private static bool IsUtf8(ReadOnlySpan<char> charset)
    {
        var name = charset.Trim('"');
        return name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("utf8", StringComparison.OrdinalIgnoreCase);
    }

    /// <returns>Null when the body has more than <paramref name="maxBytes"/>.</returns>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadBytesAsync(HttpContext http, int maxBytes)
    {
        if (http.Request.ContentLength > maxBytes)
        {
            return null;
        }

        return http.Request.ContentLength is { } length and > MaxBytes ? await ReadLargeAsync(http, (int)length) : await ReadSmallAsync(http, maxBytes);
    }

    /// <summary>
    /// Reads a large body whose length is known. Each piece is copied as it arrives: pieces that wait for the rest would lie in buffers of the web server, which keeps them.
    /// </summary>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadLargeAsync(HttpContext http, int length)
    {
        var (bytes, at) = (new byte[length], 0);
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await ReadSomeAsync(reader, http.RequestAborted);
            read.Buffer.CopyTo(bytes.AsSpan(at));
            at += (int)read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return bytes;
            }
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadSmallAsync(HttpContext http, int maxBytes)
    {
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
            // A reset connection, or a chunk size beyond all bounds. Kestrel has no exception of its own for these, and they are not our bug.
            throw new BadHttpRequestException(fault.Message, fault);
        }
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> bytes) => bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
}
