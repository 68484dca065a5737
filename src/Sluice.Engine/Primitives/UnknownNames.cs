using System.Text.Json;

namespace Sluice.Engine.Primitives;

/// <summary>Finds the names in an object, and in the objects inside it, that nobody has asked for.</summary>
internal static class UnknownNames
{
    /// <param name="fields">An object that has been read.</param>
    /// <param name="known">The names that were asked for. An object of which none was asked for is not examined.</param>
    /// <param name="path">The place of the object; empty: it is the whole.</param>
    /// <param name="noun">What a name belongs to: field or parameter.</param>
    /// <returns>A sentence for each, with the name that was probably meant.</returns>
    public static IEnumerable<string> In(JsonElement fields, LookedUpNames known, string path, string noun) => fields.EnumerateObject().SelectMany(field =>
        known.Names.TryGetValue(field.Name, out var inner)
            ? Inside(field.Value, inner, path.Length == 0 ? field.Name : $"{path}.{field.Name}", noun)
            : [$"{(path.Length == 0 ? "" : $"{path}: ")}unknown {noun} `{RequestReader.Echo(field.Name)}`; {Advice(field.Name, [.. known.Names.Keys.Order(StringComparer.Ordinal)], noun)}"]);

    private static IEnumerable<string> Inside(JsonElement value, LookedUpNames known, string path, string noun) => value.ValueKind switch
    {
        _ when known.Names.Count == 0 => [],
        JsonValueKind.Object => In(value, known, path, noun),
        JsonValueKind.Array => value.EnumerateArray().Index().SelectMany(one => Inside(one.Item, known, $"{path}[{one.Index}]", noun)),
        _ => [],
    };

    private static string Advice(string name, List<string> known, string noun) =>
        known.Count == 0 ? $"the operation takes no {noun}s"
        : SimilarNameRule.Find(name, known) is { } meant ? $"did you mean `{meant}`?"
        : $"known {noun}s: {string.Join(", ", known)}";
}
