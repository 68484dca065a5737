using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Server.Http;

namespace Sluice.Server.Docs;

/// <summary>The API's description in all its forms. Each form is made from the mapped routes on first use, and then kept.</summary>
internal sealed class ApiDocument
{
    private readonly Lazy<JsonObject> _tree;
    private readonly Lazy<byte[]> _document;
    private readonly Lazy<IReadOnlyDictionary<string, string>> _pages;
    private readonly Lazy<string> _index;
    private readonly Lazy<string> _html;

    public ApiDocument(EndpointDataSource routes, Profile profile)
    {
        _tree = new(() => new OpenApi(profile).Make(routes.Endpoints.OfType<RouteEndpoint>()));
        _document = new(() => Write(Tree, isIndented: true));
        _pages = new(() => OperationPage.All(Tree).ToDictionary(page => page.Id, page => string.Join('\n', page.Blocks().Select(block => block.Markdown))));
        _index = new(MakeIndex);
        _html = new(() => AllOperationsPage.Write(Guide.Lead(profile), Guide.Blocks(OpenApi.RefusalRows()), OperationPage.All(Tree)));
    }

    /// <summary>The OpenAPI document. Callers must not change it.</summary>
    public JsonObject Tree => _tree.Value;

    public byte[] Document => _document.Value;

    /// <summary>The Markdown pages by operationId.</summary>
    public IReadOnlyDictionary<string, string> Pages => _pages.Value;

    public string Index => _index.Value;

    /// <summary>Writes the page for the browser.</summary>
    /// <param name="url">The address at which the reader reaches this server.</param>
    /// <param name="key">A key that works on this server and is no secret; null: the reader must ask for one.</param>
    public string Html(string url, ApiKeyCredentials? key) => _html.Value
        .Replace(new Paragraph(Guide.HowToGetKey).Html, new Paragraph(Guide.SayHowToGetKey(key)).Html, StringComparison.Ordinal)
        .Replace(Guide.Settings, HtmlDocument.Encode(Guide.SettingsFor(url, key)), StringComparison.Ordinal);

    public static string Text(JsonNode json, bool isIndented) => Encoding.UTF8.GetString(Write(json, isIndented));

    private static byte[] Write(JsonNode node, bool isIndented)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = isIndented, NewLine = "\n" }))
        {
            node.WriteTo(json);
        }

        return bytes.ToArray();
    }

    /// <summary>Follows llmstxt.org: a title, what the API is, and links to the details.</summary>
    private string MakeIndex()
    {
        var text = new StringBuilder($"# Sluice\n\n> {About}\n\n- [OpenAPI document](/openapi/v2.json)\n- [All operations](/docs)\n\n{OperationPage.EnvironmentVariables}\n");
        foreach (var part in OperationPage.All(Tree).GroupBy(page => page.Part))
        {
            text.Append('\n').Append(new Heading(2, part.Key).Markdown).Append('\n');
            foreach (var page in part)
            {
                text.Append("- [").Append(page.Summary).Append("](/docs/").Append(page.Id).Append(".md): `").Append(page.Call).Append("`\n");
            }
        }

        return text.ToString();
    }

    private string About => ((string)Tree["info"]!["description"]!).ReplaceLineEndings(" ");
}
