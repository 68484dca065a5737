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
        app.MapGet("/openapi/v2.json", (ApiDocument apiDocument) => Results.Bytes(apiDocument.Document, "application/json;charset=UTF-8")).Open();
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

    private static HtmlPage ShowAll(HttpRequest request, ApiDocument apiDocument, ExampleKey key) => new(apiDocument.Html($"{request.Scheme}://{request.Host}", key.Credentials));
}
