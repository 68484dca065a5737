using System.Text.Json;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Crm;

/// <summary>Reads one field of a schema as a client sends it, and says all that is wrong with it.</summary>
internal sealed class CrmFieldReader
{
    private const int MaxUniqueName = 400; // Bytes: an index holds it.
    private const int MaxEcho = 100;

    private static readonly string[] Referable = ["ACCOUNT", "CONTACT", "DEAL", "LEAD", "USER"]; // [doc]

    private readonly JsonElement _sent;
    private readonly string _uniqueName;
    private readonly List<string> _faults = [];

    private CrmFieldReader(JsonElement sent) => (_sent, _uniqueName) = (sent, CrmField.TextOf(sent, "uniqueName"));

    /// <returns>The field, and what is wrong with it; if anything is, the field must not be stored.</returns>
    public static (CrmField Field, IReadOnlyList<string> Faults) Read(JsonElement sent)
    {
        var reader = new CrmFieldReader(sent.ValueKind == JsonValueKind.Object ? sent : JsonElement.Parse("{}"));
        return (reader.Read(), reader._faults);
    }

    private CrmField Read()
    {
        var isDeleted = ReadFlag("isDeleted");
        var field = new CrmField(_uniqueName, CrmField.TextOf(_sent, "type"), isDeleted, CrmField.TextsOf(_sent, "orderedValueList"), _sent.GetRawText());
        if (WhyNoName() is { } fault)
        {
            _faults.Add(fault); // [inf]
        }
        else if (!isDeleted)
        {
            CheckText("label");
            CheckType(field);
            CheckTime("lastModified");
        }

        return field;
    }

    private string? WhyNoName() =>
        _uniqueName.Length == 0 ? "uniqueName is empty"
        : _uniqueName.Contains('\0', StringComparison.Ordinal) ? "uniqueName should hold no NUL"
        : TextLength.WhyTooLong(_uniqueName, MaxUniqueName) is { } sentence ? $"uniqueName {sentence}"
        : null;

    private void CheckText(string name)
    {
        if (CrmField.TextOf(_sent, name).Length == 0)
        {
            Fault($"{name} is empty");
        }
    }

    private void CheckType(CrmField field)
    {
        if (!CrmFieldType.All.Contains(field.Type))
        {
            Fault(field.Type.Length == 0 ? "type is empty" : $"type should be one of {string.Join(", ", CrmFieldType.All)}");
        }
        else if (field.Type == CrmFieldType.PickList && field.Values.Count == 0)
        {
            Fault("orderedValueList is empty, and a PICKLIST needs its values");
        }
        else if (field.Type == CrmFieldType.Reference && !Referable.Contains(CrmField.TextOf(_sent, "referenceTo")))
        {
            Fault($"referenceTo should be one of {string.Join(", ", Referable)}");
        }
    }

    private void CheckTime(string name)
    {
        if (_sent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null && (value.ValueKind != JsonValueKind.String || WireTime.Read(value.GetString()!) is null))
        {
            Fault($"{name} should be a valid ISO-8601 date and time with an offset");
        }
    }

    private bool ReadFlag(string name)
    {
        if (!_sent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.False)
        {
            return false;
        }

        if (value.ValueKind != JsonValueKind.True)
        {
            Fault($"{name} should be true or false");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    private void Fault(string sentence) => _faults.Add($"Field [{RequestReader.Shorten(_uniqueName, MaxEcho)}]: {sentence}"); // [inf]
}
