using System.Text;

namespace Sluice.Server.Http;

/// <summary>
/// An HTML page for people. It contains its style and needs nothing else, so its headers forbid scripts and loading from elsewhere. This
/// protects the reader if a text on the page is ever treated as markup. The headers also forbid other pages to show it in a frame, where a user
/// could be tricked into pressing its button, and forbid the browser to send its address to other sites.
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
