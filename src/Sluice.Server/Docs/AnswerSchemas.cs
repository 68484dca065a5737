using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Sluice.Server.Docs;

/// <summary>
/// Makes the schemas of answers from the JSON contracts that write them, so that they cannot disagree with the code. Names, types and
/// nullability come from the contract, meanings and patterns from <see cref="OperationDescription.FieldDescriptions"/>. Each record becomes a component of its own.
/// </summary>
/// <param name="components">Where the schemas of records go.</param>
/// <param name="describesEveryField">Whether a field without a description is a mistake.</param>
internal sealed class AnswerSchemas(JsonObject components, bool describesEveryField)
{
    /// <summary>Ends the name of a record that nothing instantiates: it describes the JSON that an answer writes by hand.</summary>
    private const string Shape = "Shape";

    public JsonNode Of(JsonTypeInfo contract, IReadOnlyDictionary<string, JsonObject> words) => contract.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, node) => AddDescription(context, Hoist(context, node), words),
    });

    private static bool IsAlwaysThere(JsonPropertyInfo property) =>
        property.Get is not null && property.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: false) is not true
        && !(property.Options.DefaultIgnoreCondition == JsonIgnoreCondition.WhenWritingNull && MayBeNull(property));

    private static bool MayBeNull(JsonPropertyInfo property) =>
        property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : property.IsGetNullable;

    private static bool IsNullable(JsonObject schema) => schema["type"] is JsonArray types && types.Any(type => (string?)type == "null");

    /// <summary>Moves a record's schema to the components and returns a reference to it.</summary>
    private JsonObject Hoist(JsonSchemaExporterContext context, JsonNode node)
    {
        if (node is not JsonObject schema)
        {
            return new JsonObject(); // The exporter writes true for a type that can be anything.
        }

        if (context.TypeInfo.Kind != JsonTypeInfoKind.Object)
        {
            return schema["type"]?.ToString() == "array" && schema["items"] is null ? Add(schema, "items", new JsonObject()) : schema;
        }

        var isNullable = IsNullable(schema);
        // A record that several operations answer with has the texts of the first.
        var name = NameOf(context.TypeInfo.Type);
        if (!components.ContainsKey(name))
        {
            name = components.AddOrFind(name, Whole(schema.DeepClone().AsObject(), context.TypeInfo));
        }

        var reference = new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
        return isNullable ? new JsonObject { ["oneOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
    }

    private static string NameOf(Type type) => type.Name.EndsWith(Shape, StringComparison.Ordinal) ? $"{type.Name[..^Shape.Length]}Answer" : type.Name;

    private static JsonObject Whole(JsonObject schema, JsonTypeInfo contract)
    {
        schema["type"] = "object";
        return Add(schema, "required", new JsonArray([.. contract.Properties.Where(IsAlwaysThere).Select(property => JsonValue.Create(property.Name))]));
    }

    private static JsonObject Add(JsonObject schema, string word, JsonNode value)
    {
        schema[word] = value;
        return schema;
    }

    private JsonNode AddDescription(JsonSchemaExporterContext context, JsonNode node, IReadOnlyDictionary<string, JsonObject> words)
    {
        if (context.PropertyInfo is not { } property || node is not JsonObject schema)
        {
            return node;
        }

        schema.Remove("default"); // Of a parameter of the record's constructor: it says nothing to a client.
        foreach (var (key, value) in Find(property, words).Where(one => one.Key is not ("type" or "format" or "items")))
        {
            schema[key] = value!.DeepClone();
        }

        if (schema["enum"] is JsonArray known && IsNullable(schema))
        {
            known.Add(null);
        }

        if (!IsAlwaysThere(property))
        {
            schema = WithoutNull(schema); // The field is left out instead of being null.
        }

        if (context.TypeInfo.Type == typeof(long))
        {
            schema["format"] = "int64";
        }

        return new NamedEnums(components).Hoist(schema, property.Name, NameOf(property.DeclaringType));
    }

    private static JsonObject WithoutNull(JsonObject schema)
    {
        if (schema["type"] is JsonArray types)
        {
            schema["type"] = types[0]!.DeepClone();
        }

        if (schema["oneOf"] is JsonArray either)
        {
            schema["$ref"] = either[0]!["$ref"]!.DeepClone();
            schema.Remove("oneOf");
        }

        return schema;
    }

    private JsonObject Find(JsonPropertyInfo property, IReadOnlyDictionary<string, JsonObject> words)
    {
        string[] names = [$"{property.DeclaringType.Name}.{property.Name}", property.Name];
        return names.Select(name => words.GetValueOrDefault(name) ?? CommonFieldDescriptions.All.GetValueOrDefault(name)).FirstOrDefault(found => found is not null)
            ?? (describesEveryField ? null : new JsonObject())
            ?? throw new InvalidOperationException($"{names[0]} has no description: add one to the Words of the operation's Description");
    }
}
