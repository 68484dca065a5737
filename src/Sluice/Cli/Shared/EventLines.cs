using System.Text.Json.Nodes;

namespace Sluice.Cli.Shared;

/// <summary>Writes events of flow instances: a table to a terminal, a line of text for each to a pipe.</summary>
internal static class EventLines
{
    /// <param name="subject">The column between the event and its details: who caused it, or where it happened.</param>
    /// <param name="find">Reads that column of an event.</param>
    /// <param name="line">Writes the line for a pipe.</param>
    public static void Write(JsonArray events, string subject, Func<JsonNode, string> find, Func<JsonNode, string> line)
    {
        if (!Output.IsTerminal)
        {
            foreach (var one in events)
            {
                Output.Standard.WriteLine(line(one!).TrimEnd());
            }
        }
        else if (events.Count > 0)
        {
            var rows = events.Select(one => (string[])[$"{one!["at"]}", $"{one["type"]}", find(one), Details(one["detail"])]).ToList();
            string[] columns = ["time", "event", subject, "details"];
            List<int> filled = [.. Enumerable.Range(0, columns.Length).Where(at => rows.Exists(row => row[at].Length > 0))];
            Output.Table(
                Output.Standard, TableLayout.Pick(columns, filled), rows.ConvertAll(row => Array.ConvertAll(TableLayout.Pick(row, filled), Output.ReplaceControlCharacters)), Output.Width);
        }
    }

    private static string Details(JsonNode? detail) => detail is JsonObject fields ? string.Join(' ', fields.Select(field => $"{field.Key}={field.Value}")) : $"{detail}";
}
