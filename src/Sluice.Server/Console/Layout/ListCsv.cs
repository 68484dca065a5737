using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Sluice.Engine.Prospects;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Layout;

/// <summary>
/// Writes a list as comma-separated values: the answer of the API's operation that lists the same, with a row for each item and a column for each of its
/// fields. So the file says what the call with curl says, and a new field is in both.
/// </summary>
internal static class ListCsv
{
    /// <summary>How many rows a file has at most.</summary>
    public const int MaxRows = 10_000;

    private const int PageSize = 100; // The most that the API gives at once.

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="name">Of the file, without its ending.</param>
    /// <param name="answer">What the API answers to the call that lists everything at once.</param>
    public static IResult Of(Visit visit, string name, IResult answer) =>
        answer is Answer list ? Write(visit, name, list.Type, ItemsOf(list.ToJson(), list.Type)) : ConsolePage.NotFound(visit, "", "list");

    /// <summary>Writes a list that the API gives in pages.</summary>
    /// <param name="name">Of the file, without its ending.</param>
    /// <param name="path">The path and the query of the API's call.</param>
    /// <param name="next">The parameter by which the call asks for the next page: <c>cursor</c>, or <c>before</c> or <c>after</c> the last item.</param>
    /// <param name="list">Makes the call.</param>
    public static async Task<IResult> OfPagesAsync(Visit visit, string name, string path, string next, Func<Call, Task<IResult>> list)
    {
        var (items, first) = (new List<JsonNode>(), Links.With(path, ("limit", next == "cursor" ? null : $"{PageSize}")));
        var call = first;
        while (true)
        {
            if (await list(visit.Call.ToApi(query: QueryOf(call))) is not Answer page)
            {
                return ConsolePage.NotFound(visit, "", "list");
            }

            var json = page.ToJson();
            var found = ItemsOf(json, page.Type);
            items.AddRange(found);
            if (items.Count >= MaxRows || NextOf(next, json, found) is not { } at)
            {
                return Write(visit, name, page.Type, items.Take(MaxRows));
            }

            call = Links.With(first, (next, at));
        }
    }

    /// <summary>Answers with comma-separated values, as a file that the browser saves.</summary>
    public static IResult File(Visit visit, string name, string csv)
    {
        SaveAs(visit, name);
        return Results.Text(csv, "text/csv", Encoding.UTF8);
    }

    /// <summary>Lets the browser save the answer as a file of this name.</summary>
    public static void SaveAs(Visit visit, string name) => visit.Http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.csv\"";

    private static IResult Write(Visit visit, string name, JsonTypeInfo answer, IEnumerable<JsonNode> items)
    {
        var (csv, columns) = (new StringBuilder(), FieldsOf(answer.Options.GetTypeInfo(ListOf(answer).Type.ElementType!), "").ToList());
        CsvText.WriteRow(csv, columns);
        foreach (var item in items)
        {
            CsvText.WriteRow(csv, columns.Select(column => TextOf(column.Split('.').Aggregate((JsonNode?)item, (at, field) => at?[field]))));
        }

        return File(visit, name, csv.ToString());
    }

    private static QueryString QueryOf(string path) => path.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? new QueryString(path[at..]) : QueryString.Empty;

    private static string? NextOf(string next, JsonObject page, List<JsonNode> found) => next == "cursor"
        ? (string?)page["records"]?["cursor"]
        : found.Count < PageSize ? null : (string?)(found[^1]["id"] ?? found[^1]["messageId"]);

    private static List<JsonNode> ItemsOf(JsonObject answer, JsonTypeInfo type) => [.. answer[ListOf(type).Name]!.AsArray().OfType<JsonNode>()];

    /// <summary>Finds the field of the answer that is the list.</summary>
    private static (string Name, JsonTypeInfo Type) ListOf(JsonTypeInfo answer) =>
        answer.Properties.Select(one => (one.Name, Type: answer.Options.GetTypeInfo(one.PropertyType))).Single(one => one.Type.Kind == JsonTypeInfoKind.Enumerable);

    /// <summary>Lists the columns. A file is passed on more easily than a page is read, so it has no secret, even where the API shows one.</summary>
    private static IEnumerable<string> FieldsOf(JsonTypeInfo type, string before) =>
        type.Properties.Where(one => one.Get is not null && !IsSecret(one.Name)).SelectMany(one => type.Options.GetTypeInfo(one.PropertyType) is { Kind: JsonTypeInfoKind.Object } inner
            ? FieldsOf(inner, $"{before}{one.Name}.")
            : [$"{before}{one.Name}"]);

    private static bool IsSecret(string field) => field.EndsWith("Secret", StringComparison.Ordinal) || field.EndsWith("Token", StringComparison.Ordinal);

    private static string? TextOf(JsonNode? value) => value switch
    {
        null => null,
        JsonArray list when list.All(one => one is JsonValue) => string.Join(' ', list.Select(TextOf)),
        JsonValue when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => JsonOf(value),
    };

    private static string JsonOf(JsonNode value)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            value.WriteTo(json);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
