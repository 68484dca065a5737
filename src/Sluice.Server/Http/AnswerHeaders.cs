using Microsoft.Extensions.Primitives;

namespace Sluice.Server.Http;

/// <summary>
/// Sets the headers that every answer has, good or bad: the id of the request, that no cache keeps the answer, because it may have names and
/// addresses of people, and that a browser takes its content type as it is.
/// </summary>
internal static class AnswerHeaders
{
    public const string RequestId = "x-traceid"; // [rec]

    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues NoSniff = "nosniff";

    public static void Set(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers[RequestId] = http.TraceIdentifier;
        headers.CacheControl = NoStore;
        headers.XContentTypeOptions = NoSniff;
    }
}
