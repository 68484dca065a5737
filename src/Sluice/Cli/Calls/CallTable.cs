using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Server.Docs;

namespace Sluice.Cli.Calls;

/// <summary>
/// Shows a list of objects to a person: as a table, in which each field is a column, and so is each field of an object inside. Objects with long texts are
/// shown field by field, and what they contain is shown below them in the same way.
/// </summary>
internal static class CallTable
{
    private const int LongText = 80;
    private const int Indent = 2;

    public static void Write(IReadOnlyList<JsonObject> objects, TextWriter output, int width)
    {
        var lists = objects.SelectMany(one => one).Where(field => IsList(field.Value) && Cell(field.Value).Length > LongText).Select(field => field.Key).ToHashSet(StringComparer.Ordinal);
        if (lists.Count == 0)
        {
            Flat(objects, output, width);
            return;
        }

        foreach (var one in objects)
        {
            Flat([new JsonObject(one.Where(field => !lists.Contains(field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())))], output, width, asList: true);
            foreach (var (name, value) in one.Where(field => lists.Contains(field.Key) && IsList(field.Value)))
            {
                output.WriteLine($"{name} ({value!.AsArray().Count})");
                WriteInside([.. value!.AsArray().Select(item => item!.AsObject())], output, width);
            }
        }
    }

    /// <summary>Formats a value. Text from others must not control the reader's terminal.</summary>
    public static string Cell(JsonNode? value) => value switch
    {
        null or JsonArray { Count: 0 } => "",
        JsonValue one when one.GetValueKind() == JsonValueKind.String => Output.ReplaceControlCharacters(((string)one!).ReplaceLineEndings(" ")),
        JsonArray many when many.All(one => one is JsonValue) => string.Join(", ", many.Select(Cell)),
        JsonArray many => string.Join("; ", many.Select(one => one is JsonObject fields ? Words(fields) : Cell(one))),
        JsonObject fields => Words(fields),
        _ => Output.ReplaceControlCharacters(ApiDocument.Text(value, isIndented: false)),
    };

    private static void WriteInside(IReadOnlyList<JsonObject> objects, TextWriter output, int width)
    {
        var text = new StringWriter();
        Write(objects, text, width == int.MaxValue ? width : Math.Max(1, width - Indent));
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n'))
        {
            output.WriteLine((new string(' ', Indent) + line).TrimEnd());
        }

        output.WriteLine();
    }

    private static void Flat(IReadOnlyList<JsonObject> objects, TextWriter output, int width, bool asList = false)
    {
        var fields = objects.Select(one => Fields(one, "").Where(field => field.Cell.Length > 0).ToList()).ToList(); // Most fields of most users are null.
        var isLong = asList || fields.Exists(row => row.Exists(field => field.Cell.Length > LongText));
        List<string> columns =
        [
            .. fields.SelectMany(row => row)
                .GroupBy(field => field.Name, StringComparer.Ordinal)
                .OrderBy(column => isLong ? 0 : column.Max(field => field.Rank)) // Where a table has no room, its last columns are left out.
                .Select(column => column.Key),
        ];
        List<string[]> rows = fields.ConvertAll(row => columns.ConvertAll(column => row.Find(field => field.Name == column).Cell ?? "").ToArray());
        if (columns.Count > 0 && isLong)
        {
            Output.List(output, columns, rows, width);
        }
        else if (columns.Count > 0)
        {
            Output.Table(output, columns, rows, width, mayDrop: true);
        }
    }

    private static string Words(JsonObject fields) => string.Join(' ', Fields(fields, "").Where(field => field.Cell.Length > 0).Select(field => $"{field.Name}={field.Cell}"));

    /// <returns>The fields with their values. Rank 0 is a field of the object itself, 1 one of an object inside, 2 a list of objects.</returns>
    private static IEnumerable<(string Name, string Cell, int Rank)> Fields(JsonObject one, string path) => one.SelectMany(field => field.Value switch
    {
        JsonObject inner => Fields(inner, $"{path}{field.Key}."),
        JsonArray many when IsList(many) => [($"{path}{field.Key}", Cell(many), 2)],
        var value => [($"{path}{field.Key}", Cell(value), path.Length > 0 ? 1 : 0)],
    });

    private static bool IsList(JsonNode? value) => value is JsonArray { Count: > 0 } many && many.All(item => item is JsonObject);
}
