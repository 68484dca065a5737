using System.Text.Json.Nodes;

namespace Sluice.Server.Docs;

/// <summary>
/// Moves each body of a request, and each object and list of words in it, to the components, because a generator makes a type of each. Equal
/// schemas share one component: an operation and its deprecated twin take the same body.
/// </summary>
internal sealed class RequestSchemas(JsonObject components)
{
    private readonly NamedEnums _enums = new(components);

    public static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    /// <param name="operationId">Names the components: <c>assignProspects</c> has <c>AssignProspectsRequest</c> and <c>AssignProspectsOverrides</c>.</param>
    /// <param name="body">The schema of the body. It is copied.</param>
    /// <returns>A reference to the component.</returns>
    public JsonObject Of(string operationId, JsonObject body)
    {
        var owner = Capital(operationId);
        return Name($"{owner}Request", HoistInside(body.DeepClone().AsObject(), owner, ""));
    }

    /// <summary>Makes the schema of a parameter. A list of allowed words becomes a named component, as in a body.</summary>
    public JsonObject OfParameter(string operationId, string name, JsonObject schema) => _enums.Hoist(schema, name, Capital(operationId));

    private JsonObject Hoist(JsonObject schema, string owner, string field)
    {
        var whole = HoistInside(schema, owner, field);
        if (whole["properties"] is null)
        {
            return _enums.Hoist(whole, field, owner);
        }

        var reference = Name($"{owner}{Capital(field)}", whole);
        reference["description"] = whole["description"]?.DeepClone();
        return reference;
    }

    /// <param name="schema">A list or an object; nothing else has anything inside.</param>
    /// <param name="owner">What has the field.</param>
    /// <param name="field">The name of the field whose schema it is; empty: the body.</param>
    private JsonObject HoistInside(JsonObject schema, string owner, string field)
    {
        if (schema["items"] is JsonObject items)
        {
            schema["items"] = Hoist(items.DeepClone().AsObject(), owner, Singular(field));
        }

        var inner = field.Length == 0 ? owner : $"{owner}{Capital(field)}";
        foreach (var (name, one) in (schema["properties"] as JsonObject)?.ToList() ?? [])
        {
            schema["properties"]![name] = Hoist(one!.DeepClone().AsObject(), inner, name);
        }

        return schema;
    }

    private JsonObject Name(string name, JsonObject schema) => new() { ["$ref"] = $"#/components/schemas/{components.AddOrFind(name, schema)}" };

    private static string Singular(string plural) =>
        plural switch
        {
            "status" or "taskAction" => plural, // The wire's names of lists [doc].
            _ when plural.EndsWith('s') => plural[..^1],
            _ => $"{plural}Item",
        };
}
