using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.Engine.Primitives;

namespace Sluice.Tests.Support;

/// <summary>
/// Checks the part of JSON Schema that the document uses; an unknown keyword is a fault of the schema. It is stricter than the standard in one
/// way: a field that the schema does not list is a fault, because our answers have no other fields.
/// </summary>
internal sealed class SchemaChecker(JsonNode document)
{
    private static readonly string[] Known =
        ["type", "properties", "required", "items", "enum", "pattern", "additionalProperties", "oneOf", "$ref", "format", "description", "examples", "minItems", "maxItems"];

    private readonly List<string> _faults = [];

    public IReadOnlyList<string> Faults(JsonNode schema, JsonNode? value)
    {
        Check(schema, value, "$");
        return _faults;
    }

    public static JsonNode Follow(JsonNode document, string reference) =>
        reference.Split('/').Skip(1).Aggregate(document, (node, name) => node[name] ?? throw new InvalidOperationException($"the reference {reference} leads to nothing"));

    private void Check(JsonNode schema, JsonNode? value, string at)
    {
        foreach (var word in schema.AsObject().Select(one => one.Key).Except(Known))
        {
            _faults.Add($"{at}: the checker does not know '{word}'");
        }

        if (schema["$ref"] is { } reference)
        {
            Check(Follow(document, (string)reference!), value, at);
        }

        if (schema["oneOf"] is JsonArray any && !any.Any(one => new SchemaChecker(document).Faults(one!, value).Count == 0))
        {
            Check(any[0]!, value, at);
        }

        CheckKind(schema, value, at);
        CheckText(schema, value, at);
        CheckInside(schema, value, at);
    }

    private void CheckKind(JsonNode schema, JsonNode? value, string at)
    {
        if (schema["type"] is { } type)
        {
            var kinds = type is JsonArray many ? many.Select(one => (string)one!) : [(string)type!];
            Hold(kinds.Any(kind => Is(kind, value)), at, $"{value?.ToJsonString() ?? "null"} is not of type {type.ToJsonString()}");
        }

        if (schema["enum"] is JsonArray known)
        {
            Hold(known.Any(one => JsonNode.DeepEquals(one, value)), at, $"{value?.ToJsonString() ?? "null"} is not one of {known.ToJsonString()}");
        }
    }

    private void CheckText(JsonNode schema, JsonNode? value, string at)
    {
        if (value is not JsonValue || value.GetValueKind() != JsonValueKind.String)
        {
            return;
        }

        var text = (string)value!;
        Hold(schema["pattern"] is not { } pattern || Regex.IsMatch(text, (string)pattern!), at, $"'{text}' is not like {schema["pattern"]}");
        Hold((string?)schema["format"] != "date-time" || WireTime.Read(text) is not null, at, $"'{text}' is not a time");
    }

    private void CheckInside(JsonNode schema, JsonNode? value, string at)
    {
        if (value is JsonArray list && schema["items"] is { } items)
        {
            foreach (var (index, item) in list.Index())
            {
                Check(items, item, $"{at}[{index}]");
            }
        }

        if (value is JsonObject fields)
        {
            foreach (var name in schema["required"] is JsonArray required ? required.Select(one => (string)one!) : [])
            {
                Hold(fields.ContainsKey(name), at, $"there is no {name}");
            }

            CheckFields(schema, fields, at);
        }
    }

    private void CheckFields(JsonNode schema, JsonObject fields, string at)
    {
        var (properties, others) = (schema["properties"] as JsonObject, schema["additionalProperties"]);
        foreach (var (name, inner) in fields)
        {
            var known = properties?[name] ?? others;
            Hold(known is not null || properties is null, at, $"{name} is not described");
            if (known is JsonObject)
            {
                Check(known, inner, $"{at}.{name}");
            }
        }
    }

    private static bool Is(string kind, JsonNode? value) => kind switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value is JsonValue && value.GetValueKind() == JsonValueKind.String,
        "boolean" => value is JsonValue && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && long.TryParse(number.ToJsonString(), out _),
        "number" => value is JsonValue && value.GetValueKind() == JsonValueKind.Number,
        _ => false,
    };

    private void Hold(bool claim, string at, string fault)
    {
        if (!claim)
        {
            _faults.Add($"{at}: {fault}");
        }
    }
}
