using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Calls;

internal enum FlagPlace
{
    Path,
    Query,
    Body,

    /// <summary>The body itself, if it is a list and so has no field names.</summary>
    WholeBody,
    Upload,
}

/// <summary>A parameter or body field of an operation, as a flag.</summary>
/// <param name="Place">Where the value goes in the request.</param>
/// <param name="Name">The API's name; for a field of an inner object <c>filter.userId</c>.</param>
/// <param name="Schema">The JSON schema of the value.</param>
/// <param name="IsRequired">As the OpenAPI document says. Flags are checked only if no request can be built without them; the server checks the rest.</param>
/// <param name="Meaning">The description in the help.</param>
internal sealed record CallFlag(FlagPlace Place, string Name, JsonNode Schema, bool IsRequired, string Meaning)
{
    public string Flag => $"--{CalledOperation.Kebab(Name)}";

    public bool IsCursor => Name == "cursor";

    private string Type => TypeOf(Schema);

    private bool IsListOfWords => Type == "array" && TypeOf(Schema["items"]!) != "object";

    public static CallFlag OfParameter(JsonNode parameter, JsonNode schema) => new(
        (string?)parameter["in"] == "path" ? FlagPlace.Path : FlagPlace.Query,
        (string)parameter["name"]!,
        schema,
        parameter["required"] is not null,
        (string)parameter["description"]!);

    public static IEnumerable<CallFlag> OfBody(JsonNode? schema, bool isUpload) => schema switch
    {
        null => [],
        _ when (string?)schema["type"] == "array" => [new CallFlag(FlagPlace.WholeBody, "items", schema, true, (string)schema["description"]!)],
        _ => Fields(schema, "", isUpload ? FlagPlace.Upload : FlagPlace.Body, isRequired: true),
    };

    public Option<string[]> ToOption()
    {
        var option = new Option<string[]>(Flag)
        {
            Description = (IsRequired ? "Required. " : "") + (Place == FlagPlace.Upload ? "The path of the file, or - for standard input." : Meaning) + Words(),
            HelpName = Place == FlagPlace.Upload ? "path" : IsListOfWords ? "a,b" : Type is "array" or "object" ? "json" : Type,
            AllowMultipleArgumentsPerToken = IsListOfWords,
            Arity = Type == "boolean" ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore, // Read refuses a second value: the parser has no list of exactly one.
        };
        if (option.Name != $"--{Name}")
        {
            option.Aliases.Add($"--{Name}");
        }

        return option;
    }

    /// <summary>Converts typed text to the JSON value to send. An id stays text, as a floating-point number would lose digits.</summary>
    public JsonNode Read(IReadOnlyList<string> given)
    {
        if (given.Count > 1 && !IsListOfWords)
        {
            throw new CliException($"{Flag} is given more than once.", ExitCode.Usage);
        }

        var text = given.Count == 0 ? "true" : FlagText.Read(given[0], Flag);
        return Type switch
        {
            "string" => JsonValue.Create(text),
            "integer" when text.Length > 0 && text.All(char.IsAsciiDigit) => FlagText.Json(text.TrimStart('0') is { Length: > 0 } digits ? digits : "0", Flag),
            "boolean" when text is "true" or "false" => JsonValue.Create(text == "true"),
            "array" when IsListOfWords && !text.StartsWith('[') => new JsonArray([.. given.SelectMany((one, at) => SplitWords(at == 0 ? text : FlagText.Read(one, Flag)))]),
            "array" or "object" when FlagText.Json(text, Flag) is var json && json.GetValueKind() == (Type == "array" ? JsonValueKind.Array : JsonValueKind.Object) => json,
            _ => throw new CliException($"{Flag} takes {(Type is "integer" or "array" or "object" ? "an" : "a")} {Type}, not {text}", ExitCode.Usage),
        };
    }

    private static string TypeOf(JsonNode schema) => (string)(schema["type"] is JsonArray types ? types[0]! : schema["type"]!)!;

    private static IEnumerable<JsonNode> SplitWords(string text) =>
        text.Split([',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(word => JsonValue.Create(word));

    private string Words() =>
        (Schema["enum"] ?? Schema["items"]?["enum"]) is JsonArray known ? $" One of {string.Join(", ", known.Where(word => word is not null))}." : "";

    private static IEnumerable<CallFlag> Fields(JsonNode schema, string path, FlagPlace place, bool isRequired)
    {
        foreach (var (name, field) in schema["properties"]!.AsObject())
        {
            var must = isRequired && schema["required"] is JsonArray names && names.Any(one => (string?)one == name);
            yield return new CallFlag(place, path + name, field!, must, (string)field!["description"]!);
            foreach (var inner in field["properties"] is null ? [] : Fields(field, $"{path}{name}.", place, must))
            {
                yield return inner;
            }
        }
    }
}
