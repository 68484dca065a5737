using System.Text.Json.Nodes;

namespace Sluice.Server.Docs;

/// <summary>
/// Makes the JSON schemas that the API needs. Each simple value has an example, so that every page can show a complete request and answer.
/// </summary>
internal static class Schema
{
    /// <summary>Stands for an id that only an earlier answer tells.</summary>
    public const string AnId = "4193842069741237551";

    /// <summary>Where a list of words carries its name, until the name becomes that of a component.</summary>
    public const string EnumName = "x-name";

    /// <summary>
    /// An id in a request. The server takes an integer too [rep], but the description does not say so: a generated client would pass it through a
    /// double, or have a type of its own for text or number.
    /// </summary>
    public static JsonObject IdInRequest(string description, string example) => Id(description, example);

    /// <summary>An id in an answer: a string of digits [seed].</summary>
    public static JsonObject Id(string description, string example = AnId) => Told(new() { ["type"] = "string", ["pattern"] = "^[0-9]{1,19}$" }, description, example);

    public static JsonObject Text(string description, string example) => Told(new() { ["type"] = "string" }, description, example);

    /// <summary>A file in a form. Tools of OpenAPI 3.0 read the format, those of 3.1 the media type.</summary>
    public static JsonObject File(string description, string example) =>
        Told(new() { ["type"] = "string", ["format"] = "binary", ["contentMediaType"] = "application/octet-stream" }, description, example);

    public static JsonObject Email(string description) => Text(description, DemoExample.Email);

    /// <summary>A time: ISO-8601 with an offset [seed].</summary>
    public static JsonObject Time(string description, string example = "2026-03-02T09:00:00Z") =>
        Told(new() { ["type"] = "string", ["format"] = "date-time" }, description, example);

    public static JsonObject Number(string description, long example) =>
        Told(new() { ["type"] = "integer", ["format"] = "int64" }, description, example);

    /// <summary>A small whole number.</summary>
    public static JsonObject Count(string description) => Told(new() { ["type"] = "integer", ["format"] = "int32" }, description, 1);

    /// <summary>An object whose fields are told elsewhere.</summary>
    public static JsonObject AnyObject(string description) => new() { ["type"] = "object", ["description"] = description, ["additionalProperties"] = true };

    public static JsonObject Flag(string description) => Told(new() { ["type"] = "boolean" }, description, false);

    public static JsonObject Enum(string description, params IEnumerable<string> known)
    {
        var words = known.ToList();
        return Told(new() { ["type"] = "string", ["enum"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]) }, description, words[0]);
    }

    /// <summary>Names a list of words. Without a name it gets that of its first field, which says too little for a status or a type.</summary>
    public static JsonObject Named(this JsonObject words, string name)
    {
        words[EnumName] = name;
        return words;
    }

    public static JsonObject List(string description, JsonObject items, int? min = null)
    {
        var list = new JsonObject { ["type"] = "array", ["description"] = description, ["items"] = items };
        if (min is not null)
        {
            list["minItems"] = min;
        }

        return list;
    }

    public static JsonObject Object(string description, params IReadOnlyList<Input> fields)
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["description"] = description,
            ["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Name, field.Schema.DeepClone()))),
        };
        if (fields.Any(field => field.IsRequired))
        {
            schema["required"] = new JsonArray([.. fields.Where(field => field.IsRequired).Select(field => JsonValue.Create(field.Name))]);
        }

        return schema;
    }

    /// <summary>Only a description, for a field whose type comes from the JSON contract.</summary>
    public static JsonObject DescriptionOnly(string description) => new() { ["description"] = description };

    public static JsonObject DescriptionOnly(string description, JsonNode example) => Told([], description, example);

    private static JsonObject Told(JsonObject schema, string description, JsonNode example)
    {
        schema["description"] = description;
        schema["examples"] = new JsonArray(example);
        return schema;
    }
}
