using System.Text;

namespace Sluice.Http;

/// <summary>
/// An HTML page for people. The page contains its style and needs nothing else, so its headers forbid the browser to run or load anything:
/// this protects the reader should a text on the page ever be taken for markup. No other page may show it in a frame, where a user could be
/// tricked into pressing its button, and the browser tells no other site its address.
/// </summary>
internal sealed class HtmlPage(string html, int status = StatusCodes.Status200OK) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return Results.Text(html, "text/html", Encoding.UTF8, status).ExecuteAsync(httpContext);
    }
}
