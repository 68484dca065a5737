using System.Text.Json.Nodes;

namespace Sluice.Server.Docs;

/// <summary>Turns schemas of the document into tables for people, one row per field, and into examples.</summary>
internal sealed class SchemaReader(JsonObject document)
{
    public static string TypeOf(JsonNode schema) => schema["type"] switch
    {
        JsonArray types => string.Join(" or ", types.Select(type => (string)type!)),
        { } type when schema["enum"] is JsonArray known => $"{type}: {string.Join(", ", known.Where(word => word is not null))}",
        { } type when schema["items"]?["type"] is not null => $"{type} of {TypeOf(schema["items"]!)}",
        { } type => (string)type!,
        null => "anything",
    };

    /// <summary>Follows the reference, if the schema is one; of several possible schemas, takes the first.</summary>
    public JsonNode Resolve(JsonNode schema)
    {
        var found = schema["oneOf"] is JsonArray one ? one[0]! : schema;
        return found["$ref"] is { } reference ? document["components"]!["schemas"]![((string)reference!).Split('/')[^1]]! : found;
    }

    /// <summary>Puts schemas in the place of references, for a reader who follows none.</summary>
    public JsonNode Inline(JsonNode schema)
    {
        var whole = schema.DeepClone().AsObject();
        if ((string?)whole["$ref"] is { } reference)
        {
            whole.Remove("$ref");
            foreach (var (word, value) in Resolve(schema).AsObject().Where(one => !whole.ContainsKey(one.Key)))
            {
                whole[word] = value?.DeepClone();
            }
        }

        if (whole["items"] is JsonObject items)
        {
            whole["items"] = Inline(items);
        }

        foreach (var (name, field) in (whole["properties"] as JsonObject)?.ToList() ?? [])
        {
            whole["properties"]![name] = Inline(field!);
        }

        return whole;
    }

    /// <summary>One row per field: name (such as <c>flows[].id</c>), type, a mark, meaning.</summary>
    /// <param name="schema">The schema of a request or an answer.</param>
    /// <param name="marksRequired">True: the mark says that the field is required. False: that it may be absent.</param>
    public List<string[]> Rows(JsonNode schema, bool marksRequired)
    {
        var rows = new List<string[]>();
        Add(schema, "", marksRequired, rows);
        return rows;
    }

    /// <param name="schema">The schema of a request or an answer.</param>
    /// <param name="withOptionalFields">True: every field, as in answers. False: the required fields and the first optional one.</param>
    public JsonNode? Example(JsonNode schema, bool withOptionalFields)
    {
        var read = Resolve(schema);
        if ((schema["examples"] ?? read["examples"]) is JsonArray { Count: > 0 } examples)
        {
            return examples[0]!.DeepClone();
        }

        if (read["type"] is JsonArray)
        {
            return null; // The value may be null, and the schema has no better example.
        }

        if (read["properties"] is JsonObject properties)
        {
            var shown = properties.Where(field => withOptionalFields || IsRequired(read, field.Key))
                .Concat(withOptionalFields ? [] : properties.Where(field => !IsRequired(read, field.Key)).Take(1));
            return new JsonObject(shown.Select(field => KeyValuePair.Create(field.Key, Example(field.Value!, withOptionalFields))));
        }

        return (string?)read["type"] switch
        {
            "array" => new JsonArray(Example(read["items"]!, withOptionalFields)),
            "object" when read["additionalProperties"] is JsonObject inner => new JsonObject { ["CONTACT"] = Example(inner, withOptionalFields) },
            "string" => "…",
            _ => new JsonObject(),
        };
    }

    private void Add(JsonNode schema, string path, bool marksRequired, List<string[]> rows)
    {
        var read = Resolve(schema);
        if (read["items"] is { } items)
        {
            Add(items, $"{path}[]", marksRequired, rows);
        }

        foreach (var (name, field) in read["properties"] as JsonObject ?? [])
        {
            var full = path.Length == 0 ? name : $"{path}.{name}";
            rows.Add([$"`{full}`", TypeOf(Resolve(field!)), IsRequired(read, name) == marksRequired ? "yes" : "", (string?)field!["description"] ?? ""]);
            Add(field, full, marksRequired, rows);
        }
    }

    private static bool IsRequired(JsonNode schema, string name) => schema["required"] is JsonArray names && names.Any(one => (string?)one == name);
}
