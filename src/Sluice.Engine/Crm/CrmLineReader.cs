using System.Text;
using System.Text.Json;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;

namespace Sluice.Engine.Crm;

/// <summary>
/// Parses one line of an upload into a CRM object, or says what is wrong with the line. It leaves nothing that a database refuses: a batch with such
/// a line has to be stored again in parts.
/// </summary>
/// <param name="objectType">The type of the upload's objects.</param>
/// <param name="schema">The fields that the type has beside the standard ones.</param>
/// <param name="now">The time of an object that has none of its own.</param>
internal sealed class CrmLineReader(string objectType, IReadOnlyList<CrmField> schema, DateTimeOffset now)
{
    private const string NoObject = "The line is not a JSON object"; // [inf]

    private readonly IReadOnlyList<CrmStandardField> _standard = CrmStandardField.Of(objectType);

    /// <summary>A field of the schema that has the name of a standard field is that field.</summary>
    private readonly Dictionary<string, CrmField> _own = schema
        .ExceptBy(CrmStandardField.Of(objectType).Select(field => field.Name), field => field.UniqueName, StringComparer.Ordinal)
        .ToDictionary(field => field.UniqueName, StringComparer.Ordinal);

    public (CrmObject? Object, string? Fault) Read(CrmLine line)
    {
        if (line.Content is null or CrmLine.NotUtf8)
        {
            return (null, line.Content is null ? "The line is longer than 1 MB" : "The line is not UTF-8"); // [inf]
        }

        try
        {
            var json = Encoding.UTF8.GetBytes(line.Content);
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && JsonText.IsValidText(json) ? Read(document.RootElement) : (null, NoObject);
        }
        catch (JsonException)
        {
            return (null, NoObject);
        }
    }

    private (CrmObject? Object, string? Fault) Read(JsonElement line)
    {
        var sent = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var field in line.EnumerateObject())
        {
            sent[field.Name] = field.Value; // If a field is there twice, the last one counts.
        }

        var (values, faults) = (new Dictionary<string, CrmValue>(StringComparer.Ordinal), new List<string>());
        foreach (var field in _standard)
        {
            Take(field.Name, field.Kind, sent, values, faults);
        }

        var deleted = values.GetValueOrDefault("isDeleted");
        var isDeleted = deleted.Text == "true";
        if (deleted.Fault is null && _standard.FirstOrDefault(field => (isDeleted ? field.IsRequiredOfDeleted : field.IsRequired) && IsMissing(field.Name, sent, values)) is { } missing)
        {
            return (null, $"Mandatory field [{missing.Name}] is missing or empty"); // [rec]
        }

        var own = ReadOwn(sent, faults);
        return faults.Count > 0 ? (null, faults[0]) : (Make(sent, values, own, isDeleted), null);
    }

    /// <summary>Reads the values of the schema's fields, by the ids of the fields.</summary>
    private Dictionary<string, CrmValue> ReadOwn(Dictionary<string, JsonElement> sent, List<string> faults)
    {
        var own = new Dictionary<string, CrmValue>(StringComparer.Ordinal);
        foreach (var name in sent.Keys)
        {
            if (_own.TryGetValue(name, out var field))
            {
                Take(name, field.Kind, sent, own, faults, CrmJson.Key(field.Id));
            }
        }

        return own;
    }

    private static void Take(string name, CrmValueKind kind, Dictionary<string, JsonElement> sent, Dictionary<string, CrmValue> values, List<string> faults, string? key = null)
    {
        if (!sent.TryGetValue(name, out var given))
        {
            return;
        }

        var value = CrmValueReader.Read(kind, given);
        values[key ?? name] = value;
        if (value.Fault is { } fault)
        {
            faults.Add($"Field [{RequestReader.Echo(name)}] {fault}");
        }
    }

    /// <summary>A value of the wrong type is not missing: it has a fault of its own.</summary>
    private static bool IsMissing(string name, Dictionary<string, JsonElement> sent, Dictionary<string, CrmValue> values) =>
        !sent.ContainsKey(name) || values[name] is { IsMissing: true, Fault: null };

    private CrmObject Make(Dictionary<string, JsonElement> sent, Dictionary<string, CrmValue> values, Dictionary<string, CrmValue> own, bool isDeleted)
    {
        var (id, modified) = (values["objectId"].Text!, values.GetValueOrDefault("modifiedDate").Text);
        var person = new CrmPerson(TextOf("emailAddress"), TextOf("firstName"), TextOf("lastName"), TextOf("title"), TextOf("phoneNumber"))
        {
            ConvertedTo = TextOf("convertedToContactId") is { } contact && Prospect.IsPossibleCrmId(contact) ? contact : null,
        };
        var fields = own.Count == 0 ? null : CrmJson.Write(json => AddAll(json, own));
        return new CrmObject(id, modified is null ? now : WireTime.Read(modified)!.Value, isDeleted, CrmJson.Write(WriteStandard), fields, person);

        // PostgreSQL cannot store a NUL.
        string? TextOf(string name) => values.GetValueOrDefault(name).Text?.Replace("\0", "", StringComparison.Ordinal);

        void WriteStandard(Utf8JsonWriter json)
        {
            var missing = _standard.Where(field => field.Default is not null && values.GetValueOrDefault(field.Name).IsMissing).ToDictionary(field => field.Name, StringComparer.Ordinal);
            AddAll(json, sent.Keys.Where(name => values.ContainsKey(name) && !missing.ContainsKey(name)).Select(name => KeyValuePair.Create(name, values[name])));
            foreach (var field in missing.Values)
            {
                CrmJson.Add(json, field.Name, field.Default!(id));
            }
        }
    }

    private static void AddAll(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, CrmValue>> values)
    {
        foreach (var (name, value) in values)
        {
            CrmJson.Add(json, name, value.Json);
        }
    }
}
