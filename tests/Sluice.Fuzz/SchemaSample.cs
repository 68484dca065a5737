using System.Text.Json.Nodes;

namespace Sluice.Fuzz;

/// <summary>Makes valid values of the schemas in the OpenAPI document.</summary>
internal sealed class SchemaSample(JsonNode document, string operation, Scene scene)
{
    /// <param name="name">The name of the field or parameter; empty: the whole body.</param>
    public JsonNode? Make(JsonObject schema, string name)
    {
        if ((string?)schema["$ref"] is { } reference)
        {
            return Make(reference.TrimStart('#', '/').Split('/').Aggregate(document, (node, part) => node[part]!).AsObject(), name);
        }

        return TypeOf(schema) switch
        {
            "object" => MakeObject(schema),
            "array" => MakeList(schema, name),
            "boolean" => JsonValue.Create(scene.Random.Next(2) == 0),
            "integer" or "number" => long.TryParse(scene.Find(operation, name) ?? Example(schema), out var number) ? JsonValue.Create(number) : JsonValue.Create(1),
            _ => JsonValue.Create(Text(schema, name)),
        };
    }

    /// <summary>A value as a parameter writes it.</summary>
    public string Text(JsonObject? schema, string name) =>
        scene.Find(operation, name)
        ?? (schema?["enum"] is JsonArray { Count: > 0 } known ? (string?)known[scene.Random.Next(known.Count)] : schema is null ? null : Example(schema))
        ?? "a";

    private static string? Example(JsonObject schema) => schema["examples"]?[0]?.ToString() ?? schema["example"]?.ToString();

    private static string TypeOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray several => several.Select(one => (string)one!).First(one => one != "null"),
        JsonValue one => (string)one!,
        _ => schema["properties"] is null ? "string" : "object",
    };

    private JsonObject MakeObject(JsonObject schema)
    {
        var (made, required) = (new JsonObject(), schema["required"]?.AsArray().Select(name => (string)name!).ToHashSet() ?? []);
        foreach (var (name, inner) in schema["properties"]?.AsObject() ?? [])
        {
            // Lists that exclude each other, such as CRM ids and flow instance ids, are optional both: take one now, the other another time.
            if (required.Contains(name) || scene.Random.Next(2) == 0)
            {
                made[name] = Make(inner!.AsObject(), name);
            }
        }

        return made;
    }

    private JsonArray MakeList(JsonObject schema, string name)
    {
        var items = Enumerable.Range(0, scene.Random.Next(1, 4)).Select(_ => Make(schema["items"]!.AsObject(), name)).DistinctBy(item => item?.ToJsonString());
        return new JsonArray([.. items]);
    }
}
