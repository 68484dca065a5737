using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Server.Http;

/// <summary>Writes a JSON answer into memory first: its length is then known, and an error while writing can still become a 500.</summary>
internal static class Json
{
    public const string ContentType = "application/json;charset=UTF-8"; // Exactly this text [rec]

    private const int KeptCapacity = 1024 * 1024;

    // Like the imitated API: apostrophes and letters of other alphabets are written as they are, not as escapes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? _kept;

    public static Task WriteAsync<TState>(HttpContext http, int status, TState state, Action<Utf8JsonWriter, TState> write)
    {
        var (buffer, writer) = _kept ?? Create();
        _kept = null;
        write(writer, state);
        writer.Flush();
        return SendAsync(http, status, buffer, writer);
    }

    /// <summary>For answers that are written without <see cref="Utf8JsonWriter"/>.</summary>
    public static Task WriteBytesAsync<TState>(HttpContext http, int status, TState state, Action<ArrayBufferWriter<byte>, TState> write)
    {
        var (buffer, writer) = _kept ?? Create();
        _kept = null;
        write(buffer, state);
        return SendAsync(http, status, buffer, writer);
    }

    public static Utf8JsonWriter WriterTo(ArrayBufferWriter<byte> bytes) => new(bytes, Options);

    public static Utf8JsonWriter WriterTo(Stream stream) => new(stream, Options);

    private static Task SendAsync(HttpContext http, int status, ArrayBufferWriter<byte> buffer, Utf8JsonWriter writer)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = buffer.WrittenCount;
        response.BodyWriter.Write(buffer.WrittenSpan);

        if (buffer.Capacity <= KeptCapacity)
        {
            buffer.ResetWrittenCount();
            writer.Reset();
            _kept = (buffer, writer);
        }

        return Task.CompletedTask; // The server flushes when the request ends.
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) Create()
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        return (buffer, WriterTo(buffer));
    }
}
