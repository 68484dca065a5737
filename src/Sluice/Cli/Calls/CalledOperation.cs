using System.Text;
using System.Text.Json.Nodes;
using Sluice.Server.Docs;

namespace Sluice.Cli.Calls;

/// <summary>An operation of the OpenAPI document, as a command with flags.</summary>
internal sealed class CalledOperation
{
    private readonly JsonNode _operation;

    private CalledOperation(JsonObject document, string verb, string path, JsonNode operation)
    {
        (Verb, Path, _operation) = (new HttpMethod(verb), path, operation);
        var content = (operation["requestBody"] ?? operation[OpenApi.BodyOfGet])?["content"]?.AsObject();
        IsUpload = content?.ContainsKey("multipart/form-data") ?? false;
        var schemas = new SchemaReader(document);
        Body = content is null ? null : schemas.Inline(content[0]!["schema"]!);
        Flags = [.. operation["parameters"]!.AsArray().Select(one => CallFlag.OfParameter(one!, schemas.Inline(one!["schema"]!))), .. CallFlag.OfBody(Body, IsUpload)];
    }

    public HttpMethod Verb { get; }

    /// <summary>The path with its parameters, such as <c>/v2/users/{id}</c>.</summary>
    public string Path { get; }

    public string Id => (string)_operation["operationId"]!;

    /// <summary>The id in kebab case, as users type it.</summary>
    public string Name => Kebab(Id);

    public string Summary => (string)_operation["summary"]!;

    public string Help => $"{Summary}.\n{Verb} {Path}\n\n{_operation["description"]}";

    public bool IsUpload { get; }

    /// <summary>As its verb or its scope says: some lists are read by a POST.</summary>
    public bool OnlyReads => Verb == HttpMethod.Get || ((string)_operation["security"]![0]!["basic"]![0]!).EndsWith(":read", StringComparison.Ordinal);

    public IReadOnlyList<CallFlag> Flags { get; }

    /// <summary>The schema of the request body, or null.</summary>
    public JsonNode? Body { get; }

    public bool TakesBody => Body is not null && !IsUpload;

    public bool HasPages => Flags.Any(flag => flag.IsCursor);

    public static IReadOnlyList<CalledOperation> All(JsonObject document) =>
    [
        .. from path in document["paths"]!.AsObject()
           from verb in path.Value!.AsObject()
           select new CalledOperation(document, verb.Key.ToUpperInvariant(), path.Key, verb.Value!),
    ];

    /// <returns><c>crm-prospects-ids</c> for <c>crmProspectsIds</c>; dots stay.</returns>
    public static string Kebab(string camel)
    {
        var text = new StringBuilder();
        foreach (var letter in camel)
        {
            if (char.IsAsciiLetterUpper(letter))
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
