using System.Text.Json.Nodes;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Fuzz;

/// <summary>One operation of the server, as its route table and its OpenAPI document tell it.</summary>
/// <param name="Name">Such as <c>POST /v2/tasks</c>.</param>
/// <param name="Described">Its part of the OpenAPI document; null under <c>/sluice/v1</c>.</param>
/// <param name="Needs">Null if the route is open.</param>
/// <param name="Schemas">Reads the schemas of the document.</param>
internal sealed record FuzzOperation(string Name, JsonNode? Described, Operation? Needs, SchemaReader Schemas)
{
    private static readonly string[] Prefixes = ["/v2", "/sluice/v1", "/unsubscribe"];

    public string Method => Name.Split(' ')[0];

    public string Path => Name.Split(' ')[1];

    public bool IsOfV2 => Path.StartsWith("/v2", StringComparison.Ordinal);

    /// <summary>Whether the answer is a page for a person.</summary>
    public bool IsPage => Needs is null;

    public bool ReadsBody => Needs is { Body: not BodyKind.None };

    public bool IsUpload => Content?["multipart/form-data"] is not null;

    /// <summary>The schema of the JSON body; null if it has none.</summary>
    public JsonObject? BodySchema => Content?["application/json"]?["schema"] is { } schema ? Schemas.Inline(schema).AsObject() : null;

    /// <summary>The statuses that the document lists. Empty if there is no document.</summary>
    public IReadOnlyList<int> Statuses => [.. Described?["responses"]?.AsObject().Select(answer => int.Parse(answer.Key, System.Globalization.CultureInfo.InvariantCulture)) ?? []];

    private JsonNode? Content => (Described?["requestBody"] ?? Described?[OpenApi.BodyOfGet])?["content"];

    /// <summary>Whether a request reaches the operation. A request with another path, such as one with two slashes, may be refused as one to no operation.</summary>
    public bool IsReachedBy(FuzzRequest request)
    {
        var (parts, sent) = (Path.Split('/'), request.Target.Split('?')[0].Split('/'));
        return request.Method == Method && parts.Length == sent.Length && parts.Zip(sent).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }

    public static List<FuzzOperation> All(IEnumerable<RouteEndpoint> routes, JsonObject document)
    {
        var schemas = new SchemaReader(document);
        var operations =
            from route in routes
            let path = '/' + route.RoutePattern.RawText!.Trim('/')
            where Prefixes.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal))
            from method in route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
            where method != "HEAD" && !path.EndsWith("/stream", StringComparison.Ordinal) // Its answer has no end. It reads what /events reads.
            where !path.StartsWith("/sluice/v1/sandboxes", StringComparison.Ordinal) // Each one is a whole server: hundreds of them would fill the memory.
            select new FuzzOperation($"{method} {path}", document["paths"]?[path]?[method.ToLowerInvariant()], route.Metadata.GetMetadata<Operation>(), schemas);
        return [.. operations.OrderBy(operation => operation.Name, StringComparer.Ordinal)];
    }

    /// <summary>The names and schemas of the parameters in a place.</summary>
    /// <param name="place">path or query.</param>
    public IEnumerable<(string Name, JsonObject? Schema, bool IsRequired)> Parameters(string place) => Described is null
        ? place == "query" ? (Needs?.Parameters ?? []).Select(name => (name, (JsonObject?)null, false)) : []
        : Described["parameters"]!.AsArray().Where(one => (string?)one!["in"] == place).Select(one => ((string)one!["name"]!, (JsonObject?)Schemas.Inline(one["schema"]!).AsObject(), (bool?)one["required"] ?? false));
}
