using System.Text.Json.Nodes;

namespace Sluice.Server.Docs;

/// <summary>Gives each list of words a name, because a generator makes a type of each and would call the second of two equal ones <c>ObjectType2</c>.</summary>
internal sealed class NamedEnums(JsonObject components)
{
    /// <param name="schema">Any schema of a parameter or field.</param>
    /// <param name="field">Its name, which the component gets if no other list of words has it.</param>
    /// <param name="owner">What has the field; the component's name begins with it if another list of words has the field's name.</param>
    /// <returns>A reference with the description and the examples; the schema itself if it has no words, or may be null.</returns>
    public JsonObject Hoist(JsonObject schema, string field, string owner)
    {
        var name = (string?)schema[Schema.EnumName] ?? RequestSchemas.Capital(field);
        schema.Remove(Schema.EnumName);
        if (schema["enum"] is not JsonArray words || schema["type"] is not JsonValue)
        {
            return schema;
        }

        var reference = new JsonObject { ["$ref"] = $"#/components/schemas/{NameOf(words, name, owner)}" };
        foreach (var (word, value) in schema.Where(one => one.Key is "description" or "examples"))
        {
            reference[word] = value!.DeepClone();
        }

        return reference;
    }

    private string NameOf(JsonArray words, string name, string owner)
    {
        var whole = new JsonObject { ["type"] = "string", ["enum"] = words.DeepClone() };
        if (components.FirstOrDefault(one => JsonNode.DeepEquals(one.Value, whole)).Key is { } known)
        {
            return known;
        }

        var free = components.ContainsKey(name) ? $"{owner}{name}" : name;
        components.Add(free, whole);
        return free;
    }
}
