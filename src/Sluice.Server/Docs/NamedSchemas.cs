using System.Text.Json.Nodes;

namespace Sluice.Server.Docs;

internal static class NamedSchemas
{
    /// <summary>Adds a schema under a name, unless one of the same shape is there: a generator would make two types that nobody can tell apart.</summary>
    /// <returns>The name of the schema that is there now.</returns>
    public static string AddOrFind(this JsonObject components, string name, JsonObject schema)
    {
        var shape = Bare(schema).ToJsonString();
        if (components.FirstOrDefault(one => Bare(one.Value!).ToJsonString() == shape).Key is { } known)
        {
            return known;
        }

        return components.TryAdd(name, schema) ? name : throw new InvalidOperationException($"Two schemas have the name {name}");
    }

    /// <summary>Removes what is only for people to read.</summary>
    private static JsonNode Bare(JsonNode schema)
    {
        var bare = schema.DeepClone();
        Strip(bare);
        return bare;
    }

    private static void Strip(JsonNode? node)
    {
        foreach (var inner in node is JsonObject all ? all.Select(one => one.Value).ToList() : node is JsonArray list ? [.. list] : [])
        {
            Strip(inner);
        }

        if (node is JsonObject schema && schema["description"] is JsonValue) // Not a field of this name.
        {
            schema.Remove("description");
            schema.Remove("examples");
        }
    }
}
