using System.Text.Json;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Requests;

/// <summary>A request whose answer is ready; hints are derived from it.</summary>
internal sealed class AnsweredRequest(HttpContext http, RequestNotes notes, DateTimeOffset time, JsonElement? unread)
{
    public HttpContext Http => http;

    public RequestNotes Notes => notes;

    public DateTimeOffset Time => time;

    public string Method => http.Request.Method;

    public string Path => http.Request.Path.Value ?? "";

    public int Status => http.Response.StatusCode;

    /// <summary>Null if the path leads to no operation.</summary>
    public Operation? Operation { get; } = http.GetEndpoint()?.Metadata.GetMetadata<Operation>();

    /// <summary>The JSON body, even if the operation takes none.</summary>
    public JsonElement? Body { get; } = http.Features.Get<RequestBody>()?.Root ?? unread;

    /// <summary>Whether the request reached the operation: only then is it known which names the operation reads.</summary>
    public bool IsAdmitted => http.Features.Get<Call>() is not null && (Operation is { Body: BodyKind.None } || Operation?.TakesRaw(http.Request) == true || http.Features.Get<RequestBody>() is not null);
}

/// <summary>Reads a body that no operation has read: it came with a GET, or without a JSON Content-Type.</summary>
internal static class UnreadBody
{
    private const int MaxBytes = 16 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(250);

    /// <returns>Null if there is no body, or it is not JSON, too long or too late.</returns>
    public static async Task<JsonElement?> FindAsync(HttpContext http, TimeProvider clock)
    {
        var request = http.Request;
        if (!IsUnread(http) || request.ContentLength is not (> 0 and <= MaxBytes) || request.Headers.Expect.Count > 0)
        {
            return null;
        }

        try
        {
            using var late = new CancellationTokenSource(Timeout, clock);
            using var document = await JsonDocument.ParseAsync(request.Body, default, late.Token);
            return document.RootElement.Clone();
        }
        catch (Exception fault) when (fault is JsonException or IOException or OperationCanceledException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsUnread(HttpContext http) =>
        http.Response.StatusCode == StatusCodes.Status415UnsupportedMediaType
        || (http.GetEndpoint()?.Metadata.GetMetadata<Operation>() is { Body: BodyKind.None }
            && http.Features.Get<Call>() is not null
            && http.Request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) != true);
}
