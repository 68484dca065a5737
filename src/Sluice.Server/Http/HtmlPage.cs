using System.Security.Cryptography;
using System.Text;

namespace Sluice.Server.Http;

/// <summary>
/// An HTML page for people. It contains its style and needs nothing else, so its headers forbid scripts and loading from elsewhere. This
/// protects the reader if a text on the page is ever treated as markup. The headers also forbid other pages to show it in a frame, where a user
/// could be tricked into pressing its button, and forbid the browser to send its address to other sites.
/// </summary>
/// <param name="formLeadsTo">Another origin to which the answer to the page's form may redirect. Browsers apply the form-action rule to such a redirect too.</param>
internal sealed class HtmlPage(string html, int status = StatusCodes.Status200OK, string? formLeadsTo = null) : IResult
{
    private const string StyleBegins = "<style>";
    private const string StyleEnds = "</style>";

    /// <summary>Thirty days: after that a browser tries plain HTTP again, should the operator have gone back to it.</summary>
    private const string OnlyTls = "max-age=2592000";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src {Styles(html)}; form-action 'self'{(formLeadsTo is null ? "" : $" {formLeadsTo}")}; base-uri 'none'; frame-ancestors 'none'";
        headers.XFrameOptions = "DENY"; // For browsers that do not know frame-ancestors.
        headers["Referrer-Policy"] = "same-origin"; // With no-referrer, the browser would send the page's own form with an Origin of null, as a foreign page does.
        RequireTls(httpContext);
        return Results.Text(html, "text/html", Encoding.UTF8, status).ExecuteAsync(httpContext);
    }

    /// <summary>Tells the browser to use only TLS from now on, if it came by our own: a proxy says so itself.</summary>
    public static void RequireTls(HttpContext http)
    {
        if (http.Request.IsHttps && !LoopbackName.Is(http.Request.Host.Host))
        {
            http.Response.Headers.StrictTransportSecurity = OnlyTls;
        }
    }

    /// <returns>The hash of each style of the page: a style that a stranger smuggles in has no hash here, so the browser ignores it.</returns>
    private static string Styles(string html)
    {
        var hashes = new StringBuilder();
        for (var at = html.IndexOf(StyleBegins, StringComparison.Ordinal); at >= 0; at = html.IndexOf(StyleBegins, at + 1, StringComparison.Ordinal))
        {
            var begin = at + StyleBegins.Length;
            var style = html[begin..html.IndexOf(StyleEnds, begin, StringComparison.Ordinal)];
            hashes.Append(hashes.Length == 0 ? "" : " ").Append("'sha256-").Append(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))).Append('\'');
        }

        return hashes.Length == 0 ? "'none'" : hashes.ToString();
    }
}
