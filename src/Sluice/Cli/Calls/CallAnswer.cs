using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

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
            how.Output.WriteLine($"Done (requestId {CallTable.Cell(answer["requestId"])})");
        }

        foreach (var (name, value) in fields)
        {
            if (value is JsonArray { Count: > 0 } rows && rows.All(row => row is JsonObject))
            {
                how.Output.WriteLine($"{name} ({rows.Count})");
                CallTable.Write([.. rows.Select(row => row!.AsObject())], how.Output, Output.Width);
            }
            else if (value is JsonObject one)
            {
                how.Output.WriteLine(name);
                CallTable.Write([one], how.Output, Output.Width);
            }
            else
            {
                Output.Lines(how.Output, $"{name}: {CallTable.Cell(value)}", Output.Width);
            }
        }

        if (answer["records"] is JsonObject records)
        {
            how.Output.WriteLine($"page {records["currentPageNumber"]}, {records["currentPageSize"]} of {records["totalRecords"]}{(records["cursor"] is { } cursor ? $"; next: --cursor {CallTable.Cell(cursor)}" : "")}");
        }
    }

    /// <param name="foreign">What to say if the answer is none of the API.</param>
    /// <returns>The exit code.</returns>
    public static int ShowError(HttpStatusCode status, string text, CliException foreign, CallSettings how)
    {
        if (how.AsJson)
        {
            how.Output.WriteLine(text);
        }

        how.Error.WriteLine($"sluice: {(Reason(text) is { } reason ? $"{(int)status} {reason}" : foreign.Message)}");
        return ExitCode.Of(status);
    }

    /// <returns>Null if the API has given none.</returns>
    private static string? Reason(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject body && body["errors"] is JsonArray errors
                ? $"{string.Join("; ", errors.Select(CallTable.Cell))} (requestId {CallTable.Cell(body["requestId"])})"
                : null;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return null; // No JSON, or an object that has a name twice.
        }
    }
}
