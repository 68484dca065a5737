using Microsoft.AspNetCore.Http.Features;

namespace Sluice.Server.Http;

/// <summary>Runs the rest of a request, and takes its answer instead of sending it: the transaction around it may still fail, or run again.</summary>
internal static class HeldAnswer
{
    /// <returns>The body. Status and headers are set already.</returns>
    public static async Task<byte[]> RunAsync(HttpContext http, RequestDelegate next)
    {
        Clear(http);
        var client = http.Features.GetRequired<IHttpResponseBodyFeature>();
        using var answer = new MemoryStream();
        var body = new StreamResponseBodyFeature(answer);
        http.Features.Set<IHttpResponseBodyFeature>(body);
        try
        {
            await next(http);
            await body.CompleteAsync();
        }
        finally
        {
            http.Features.Set(client);
        }

        return answer.ToArray();
    }

    /// <summary>Clears the answer that the handler wrote before its transaction was undone.</summary>
    public static void Clear(HttpContext http)
    {
        http.Response.Clear();
        AnswerHeaders.Set(http);
    }
}
