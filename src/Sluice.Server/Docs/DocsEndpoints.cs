using System.Net;
using System.Text;
using Sluice.Server.Http;

namespace Sluice.Server.Docs;

/// <summary>Serves the API's own description. It is not secret, so it needs no credentials.</summary>
internal static class DocsEndpoints
{
    public static void AddDocs(this IServiceCollection services)
    {
        services.AddSingleton<ApiDocument>();
        services.AddSingleton<ExampleKey>();
    }

    public static void MapDocs(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", Home).Open();
        app.MapGet("/openapi/v2.json", (HttpContext http, ApiDocument apiDocument) => ShowDocument(http, apiDocument.Document)).Open();
        app.MapGet("/openapi/sluice.json", (HttpContext http, ApiDocument apiDocument) => ShowDocument(http, apiDocument.ManageDocument)).Open();
        app.MapGet("/llms.txt", (ApiDocument apiDocument) => Results.Text(apiDocument.Index, "text/plain", Encoding.UTF8)).Open();
        app.MapGet("/docs", ShowAll).Open();
        app.MapGet("/docs/{operation}.md", (string operation, ApiDocument apiDocument) => apiDocument.Pages.TryGetValue(operation, out var page)
            ? Results.Text(page, "text/markdown", Encoding.UTF8)
            : ApiError.NotFound("Not Found")).Open();
    }

    /// <summary>Leads a browser to the documentation. A program gets what it gets at every path without an operation.</summary>
    private static IResult Home(HttpContext http)
    {
        http.Response.Headers.Vary = "Accept";
        if (!http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return ApiError.NotFound("Not Found");
        }

        http.Response.ContentLength = 0; // Otherwise the server says so for GET, and not for HEAD.
        return Results.Redirect("/docs");
    }

    /// <summary>
    /// Names the server as the reader called it. No cache may keep that: whoever calls with a made-up Host header gets a document for himself only.
    /// </summary>
    private static IResult ShowDocument(HttpContext http, Func<string, byte[]> write)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Bytes(write(CalledUrl(http)), Json.ContentType);
    }

    private static HtmlPage ShowAll(HttpContext http, ApiDocument apiDocument, ExampleKey key) => new(apiDocument.Html(CalledUrl(http), key.Credentials));

    /// <summary>The URL that the caller used. HTTP/1.0 has no host: the address of the connection stands for it.</summary>
    private static string CalledUrl(HttpContext http)
    {
        var host = http.Request.Host is { HasValue: true } given
            ? given.ToUriComponent()
            : new IPEndPoint(http.Connection.LocalIpAddress ?? IPAddress.Loopback, http.Connection.LocalPort).ToString();
        return $"{http.Request.Scheme}://{host}";
    }
}
