using System.Text.Json.Nodes;

namespace Sluice.Server.Docs;

/// <summary>Describes one operation of the document for people: its inputs, its answer, its statuses and an example.</summary>
internal sealed class OperationPage(JsonObject document, string verb, string path, JsonObject operation)
{
    /// <summary>Names the environment variables of the examples. <c>sluice call</c> and the samples read the same variables.</summary>
    public const string EnvironmentVariables =
        "The examples need `$SLUICE_BASE_URL`, such as http://127.0.0.1:4664, and an API key in `$SLUICE_ACCESS_KEY` and `$SLUICE_ACCESS_KEY_SECRET`.";

    private readonly SchemaReader _reader = new(document);

    public string Id => (string)operation["operationId"]!;

    public string Part => (string)operation["tags"]![0]!;

    public string Summary => (string)operation["summary"]!;

    public string Call => $"{verb} {path}";

    public string Scope => (string)operation["security"]![0]!["basic"]![0]!;

    public static List<OperationPage> All(JsonObject document) =>
    [
        .. from path in document["paths"]!.AsObject()
           from verb in path.Value!.AsObject()
           select new OperationPage(document, verb.Key.ToUpperInvariant(), path.Key, verb.Value!.AsObject()),
    ];

    public IEnumerable<Block> Blocks() =>
    [
        new Heading(1, Summary, Id),
        new CallLine(verb, path, operation["deprecated"] is not null),
        .. ((string)operation["description"]!).Split("\n\n").Select(text => new Paragraph(text)),
        new Heading(2, "Example"),
        new Code("sh", Curl()),
        .. Parameters(),
        .. Schema(RequestBody) is { } body ? [new Heading(2, "Body"), Fields(body, "required")] : Array.Empty<Block>(),
        new Heading(2, "Answer"),
        new Code("json", ApiDocument.Text(_reader.Example(Schema(Good)!, withOptionalFields: true)!, isIndented: true)),
        Fields(Schema(Good)!, "may be absent"),
        new Heading(2, "Statuses"),
        new Table(["status", "meaning"], [.. Answers.Select(one => new[] { one.Key, Meaning(one.Value!) })]) { IsShort = true },
    ];

    private JsonNode? RequestBody => operation["requestBody"] ?? operation[OpenApi.BodyOfGet];

    private JsonObject Answers => operation["responses"]!.AsObject();

    private JsonNode Good => Answers[0]!;

    private static JsonNode? Schema(JsonNode? carrier) => carrier?["content"]!.AsObject()[0]!["schema"];

    private string Meaning(JsonNode answer) =>
        (string)(answer["$ref"] is { } reference ? document["components"]!["responses"]![((string)reference!).Split('/')[^1]]! : answer)["description"]!;

    private IEnumerable<Block> Parameters()
    {
        var rows = operation["parameters"]!.AsArray()
            .Select(one => new[] { $"`{one!["name"]}`", $"{one["in"]}", SchemaReader.TypeOf(_reader.Inline(one["schema"]!)), one["required"] is null ? "" : "yes", $"{one["description"]}" })
            .ToList();
        return rows.Count == 0 ? [] : [new Heading(2, "Parameters"), new Table(["name", "in", "type", "required", "meaning"], rows)];
    }

    /// <param name="mark">What the third column marks: the fields that a request must have, or those that an answer may lack.</param>
    private Block Fields(JsonNode schema, string mark) => _reader.Rows(schema, marksRequired: mark == "required") is { Count: > 0 } rows
        ? new Table(["field", "type", mark, "meaning"], rows)
        : new Paragraph($"A list of strings. {_reader.Resolve(schema)["description"]}");

    private string Curl()
    {
        List<string> lines = [$"{File()}curl -X {verb} \"$SLUICE_BASE_URL{Target()}\"", "-u \"$SLUICE_ACCESS_KEY:$SLUICE_ACCESS_KEY_SECRET\""];
        if (RequestBody is { } body)
        {
            var example = _reader.Example(Schema(body)!, withOptionalFields: false)!;
            lines.AddRange(body["content"]!.AsObject().ContainsKey("multipart/form-data")
                ? ["-F 'dataFile=@-;filename=objects.json'"]
                : ["-H 'Content-Type: application/json'", $"-d '{ApiDocument.Text(example, isIndented: false)}'"]);
        }

        return string.Join(" \\\n  ", lines);
    }

    /// <summary>Hands a file to the call, if it sends one.</summary>
    private string File() => RequestBody is { } body && body["content"]!.AsObject().ContainsKey("multipart/form-data")
        ? $"echo '{_reader.Example(Schema(body)!, withOptionalFields: false)!["dataFile"]}' |\n"
        : "";

    private string Target()
    {
        var (target, query) = (path, new List<string>());
        foreach (var parameter in operation["parameters"]!.AsArray().Where(one => one!["required"] is not null))
        {
            var (name, example) = ((string)parameter!["name"]!, Uri.EscapeDataString((string)parameter["schema"]!["examples"]![0]!));
            target = target.Replace($"{{{name}}}", example, StringComparison.Ordinal);
            if ((string?)parameter["in"] == "query")
            {
                query.Add($"{name}={example}");
            }
        }

        return query.Count == 0 ? target : $"{target}?{string.Join('&', query)}";
    }
}
