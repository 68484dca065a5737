using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Server.Http;

/// <summary>Writes a JSON answer into memory first, so that its length is known and an error on the way can still become a 500.</summary>
internal static class Json
{
    private const int KeptCapacity = 1024 * 1024;

    // As the original writes: apostrophes and letters of other alphabets as they are, not as escapes.
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

    /// <summary>For what is written without the framework's writer.</summary>
    public static Task WriteBytesAsync<TState>(HttpContext http, int status, TState state, Action<ArrayBufferWriter<byte>, TState> write)
    {
        var (buffer, writer) = _kept ?? Create();
        _kept = null;
        write(buffer, state);
        return SendAsync(http, status, buffer, writer);
    }

    public static Utf8JsonWriter WriterTo(ArrayBufferWriter<byte> bytes) => new(bytes, Options);

    private static Task SendAsync(HttpContext http, int status, ArrayBufferWriter<byte> buffer, Utf8JsonWriter writer)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json;charset=UTF-8"; // [rec], to the letter
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
