using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Server.Docs;

namespace Sluice.Cli.Calls;

/// <summary>Shows an answer: unchanged to pipes, so that no id loses digits; to people, lists as tables and other fields one per line.</summary>
internal static class CallAnswer
{
    private static readonly string[] OfTheCall = ["requestId", "records"];

    public static void Show(JsonNode answer, string text, CallSettings how)
    {
        if (how.AsJson)
        {
            how.Output.WriteLine(text);
            return;
        }

        var fields = answer.AsObject().Where(field => !OfTheCall.Contains(field.Key)).ToList();
        if (fields.Count == 0)
        {
            how.Output.WriteLine($"Done (requestId {Cell(answer["requestId"])})");
        }

        foreach (var (name, value) in fields)
        {
            if (value is JsonArray { Count: > 0 } rows && rows.All(row => row is JsonObject))
            {
                how.Output.WriteLine($"{name} ({rows.Count})");
                Table([.. rows.Select(row => row!.AsObject())], how);
            }
            else
            {
                how.Output.WriteLine($"{name}: {Cell(value)}");
            }
        }

        if (answer["records"] is { } records)
        {
            how.Output.WriteLine($"page {records["currentPageNumber"]}, {records["currentPageSize"]} of {records["totalRecords"]}{(records["cursor"] is { } cursor ? $"; next: --cursor {Cell(cursor)}" : "")}");
        }
    }

    /// <returns>The exit code.</returns>
    public static int ShowError(HttpStatusCode status, string text, CallSettings how)
    {
        if (how.AsJson)
        {
            how.Output.WriteLine(text);
        }

        how.Error.WriteLine($"sluice: {(int)status} {Reason(text)}");
        return ExitCode.Of(status);
    }

    private static string Reason(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject body && body["errors"] is JsonArray errors
                ? $"{string.Join("; ", errors.Select(Cell))} (requestId {Cell(body["requestId"])})"
                : "with no reason that can be read";
        }
        catch (JsonException)
        {
            return "with no reason that can be read";
        }
    }

    /// <summary>Shows only columns that have a value in some row: most fields of most users are null.</summary>
    private static void Table(IReadOnlyList<JsonObject> rows, CallSettings how)
    {
        var columns = rows.SelectMany(row => row).Where(field => Cell(field.Value).Length > 0).Select(field => field.Key).Distinct().ToList();
        Output.Table(how.Output, columns, rows.Select(row => columns.Select(column => Cell(row[column])).ToArray()), how.Output == Console.Out ? Output.Width : int.MaxValue);
    }

    /// <summary>Formats a value. Text from others must not control the reader's terminal.</summary>
    private static string Cell(JsonNode? value) => value switch
    {
        null or JsonArray { Count: 0 } => "",
        JsonValue one when one.GetValueKind() == JsonValueKind.String => Output.ReplaceControlCharacters((string)one!),
        JsonArray many when many.All(one => one is JsonValue) => string.Join(", ", many.Select(Cell)),
        _ => Output.ReplaceControlCharacters(ApiDocument.Text(value, isIndented: false)),
    };
}
