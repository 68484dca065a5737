using System.Text.Json;

namespace Sluice.Engine.Crm;

/// <summary>A field of a schema.</summary>
/// <param name="Type">One of <see cref="CrmFieldType"/>. Empty: an earlier version stored the field without a type; its values may be anything.</param>
/// <param name="Values">The values that a field of the type PICKLIST may have.</param>
/// <param name="Json">The field's JSON, exactly as the client sent it.</param>
internal sealed record CrmField(string UniqueName, string Type, bool IsDeleted, IReadOnlyList<string> Values, string Json)
{
    private CrmValueKind? _kind;

    /// <summary>The values of objects are stored under this id. A field whose type changes gets another one.</summary>
    public long Id { get; init; }

    public CrmValueKind Kind => _kind ??= new(Type, Type == CrmFieldType.PickList ? Values.ToHashSet(StringComparer.Ordinal) : null);

    /// <param name="json">A field as it was stored.</param>
    public static CrmField Parse(long id, string uniqueName, string json)
    {
        using var document = JsonDocument.Parse(json);
        var field = document.RootElement;
        return new CrmField(uniqueName, TextOf(field, "type"), IsDeleted: false, TextsOf(field, "orderedValueList"), json) { Id = id };
    }

    public bool IsOfType(string type) => Type.Length == 0 || Type == type;

    public static string TextOf(JsonElement field, string name) =>
        field.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    public static IReadOnlyList<string> TextsOf(JsonElement field, string name) =>
        field.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)]
            : [];
}
