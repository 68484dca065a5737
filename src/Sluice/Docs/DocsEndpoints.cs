using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Http;

namespace Sluice.Docs;

/// <summary>The API's own description. No secret: served without credentials.</summary>
internal static class DocsEndpoints
{
    public static void AddDocs(this IServiceCollection services) => services.AddSingleton<Book>();

    public static void MapDocs(this IEndpointRouteBuilder app) =>
        app.MapGet("/openapi/v2.json", (Book book) => Results.Bytes(book.Document, "application/json;charset=UTF-8"));
}

/// <summary>Made when first asked for, from the routes as they are; kept after that.</summary>
internal sealed class Book
{
    private readonly Lazy<JsonObject> _tree;
    private readonly Lazy<byte[]> _document;

    public Book(EndpointDataSource routes, Profile profile)
    {
        _tree = new(() => new OpenApi(profile).Make(routes.Endpoints.OfType<RouteEndpoint>()));
        _document = new(() => Write(Tree));
    }

    /// <summary>To read, not to change.</summary>
    public JsonObject Tree => _tree.Value;

    public byte[] Document => _document.Value;

    private static byte[] Write(JsonObject document)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true }))
        {
            document.WriteTo(json);
        }

        return bytes.ToArray();
    }
}
