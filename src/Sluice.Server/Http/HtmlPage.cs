using System.Text;

namespace Sluice.Server.Http;

/// <summary>
/// A page for people. It has its style in it and needs nothing else, so nothing else may run or be loaded, should a text in it ever be read as
/// more than a text; no other page may show it in a frame, where somebody could be made to press its button; and its address stays with it.
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
