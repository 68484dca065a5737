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
    private readonly Lazy<string> _document;
    private readonly Lazy<JsonObject> _manageTree;
    private readonly Lazy<string> _manageDocument;
    private readonly Lazy<IReadOnlyDictionary<string, string>> _pages;
    private readonly Lazy<string> _index;
    private readonly Lazy<string> _html;

    public ApiDocument(EndpointDataSource routes, Profile profile)
    {
        _tree = new(() => new OpenApi(profile, DescribedApi.V2).Make(routes.Endpoints.OfType<RouteEndpoint>()));
        _document = new(() => Text(Tree, isIndented: true));
        _manageTree = new(() => new OpenApi(profile, DescribedApi.Manage).Make(routes.Endpoints.OfType<RouteEndpoint>()));
        _manageDocument = new(() => Text(ManageTree, isIndented: true));
        _pages = new(() => OperationPage.All(Tree).ToDictionary(page => page.Id, page => string.Join('\n', page.Blocks().Select(block => block.Markdown))));
        _index = new(MakeIndex);
        _html = new(() => AllOperationsPage.Write(Guide.Lead(profile), Guide.Blocks(OpenApi.RefusalRows()), OperationPage.All(Tree)));
    }

    /// <summary>The OpenAPI document of <c>/v2</c>. Callers must not change it.</summary>
    public JsonObject Tree => _tree.Value;

    /// <summary>The OpenAPI document of <c>/sluice/v1</c>. Callers must not change it.</summary>
    public JsonObject ManageTree => _manageTree.Value;

    /// <param name="url">The address at which the reader reaches this server.</param>
    public byte[] Document(string url) => WithServer(_document.Value, url);

    /// <inheritdoc cref="Document"/>
    public byte[] ManageDocument(string url) => WithServer(_manageDocument.Value, url);

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

    private static byte[] WithServer(string document, string url) =>
        Encoding.UTF8.GetBytes(document.Replace($"\"{OpenApi.ServerUrl}\"", Text(JsonValue.Create(url), isIndented: false), StringComparison.Ordinal));

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
        var text = new StringBuilder($"# Sluice\n\n> {About}\n\n- [OpenAPI document](/openapi/v2.json)\n- [OpenAPI document of the management API](/openapi/sluice.json)\n- [All operations](/docs)\n\n{OperationPage.EnvironmentVariables}\n");
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
