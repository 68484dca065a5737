using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Engine.Crm;

/// <summary>An object as a line of an upload describes it.</summary>
/// <param name="Content">The JSON of its standard fields, as sent; missing ones have their defaults.</param>
/// <param name="Fields">The JSON of the fields of the schema: <c>{"field id":value}</c>; null: it has none.</param>
internal sealed record CrmObject(string Id, DateTimeOffset ModifiedAt, bool IsDeleted, string Content, string? Fields, CrmPerson Person);

/// <summary>The fields of a contact or lead that flows need.</summary>
internal sealed record CrmPerson(string? Email, string? FirstName, string? LastName, string? Title, string? PhoneNumber)
{
    /// <summary>The object id of the contact that a lead became.</summary>
    public string? ConvertedTo { get; init; }
}

/// <summary>An object as it is stored.</summary>
internal sealed record StoredCrmObject(string Id, string Content, string? Fields)
{
    /// <summary>Puts the fields of the schema behind the others, under their names. Values of fields that the schema no longer has are left out.</summary>
    /// <param name="schema">The fields of the object's type.</param>
    public string ToJson(IReadOnlyList<CrmField> schema)
    {
        if (Fields is null)
        {
            return Content;
        }

        var names = schema.ToDictionary(field => CrmJson.Key(field.Id), field => field.UniqueName, StringComparer.Ordinal);
        return CrmJson.Write(json =>
        {
            CrmJson.Copy(json, Content, name => name);
            CrmJson.Copy(json, Fields, names.GetValueOrDefault);
        });
    }

    /// <summary>Removes the values of fields that the schema no longer has.</summary>
    public StoredCrmObject Clean(string objectType, IReadOnlyList<CrmField> schema)
    {
        var (standard, ids) = (CrmStandardField.Of(objectType).Select(field => field.Name).ToHashSet(StringComparer.Ordinal), schema.Select(field => CrmJson.Key(field.Id)).ToHashSet(StringComparer.Ordinal));
        var fields = Fields is null ? null : CrmJson.Write(json => CrmJson.Copy(json, Fields, key => ids.Contains(key) ? key : null));
        return this with
        {
            Content = CrmJson.Write(json => CrmJson.Copy(json, Content, name => standard.Contains(name) ? name : null)), // An earlier version stored all fields there.
            Fields = fields == "{}" ? null : fields,
        };
    }
}

/// <summary>Writes JSON objects whose values are copied as they are.</summary>
internal static class CrmJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Key(long fieldId) => Primitives.WireId.Write(fieldId);

    public static string Write(Action<Utf8JsonWriter> writeFields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            writeFields(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Copies the fields of an object.</summary>
    /// <param name="nameOf">The name of the copy; null: the field is left out.</param>
    public static void Copy(Utf8JsonWriter json, string from, Func<string, string?> nameOf)
    {
        using var document = JsonDocument.Parse(from);
        foreach (var field in document.RootElement.EnumerateObject())
        {
            if (nameOf(field.Name) is { } name)
            {
                Add(json, name, field.Value.GetRawText());
            }
        }
    }

    public static void Add(Utf8JsonWriter json, string name, string value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }
}
