using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Engine.Events;
using Sluice.Server.Api.Manage.Events;

namespace Sluice.Tests.Server.Api.Manage.Events;

/// <summary>
/// The part of docs/events.md that is made from events which the test has caused: for each type what it means, and an example. With SLUICE_WRITE_EVENTS=1
/// the test writes it; without it, the test fails if a type is missing, or if an example does not have the fields that the event has now.
/// </summary>
internal static class EventDocPage
{
    private const string Begin = "<!-- events -->\n";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteOrCheck(List<JsonNode> events)
    {
        var path = Repository.PathOf("docs", "events.md");
        var page = File.ReadAllText(path);
        var at = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        if (Environment.GetEnvironmentVariable("SLUICE_WRITE_EVENTS") is not null)
        {
            File.WriteAllText(path, page[..at] + string.Concat(EventTypes.All.Select(type => SectionOf(type, events))));
            return;
        }

        var sections = page[at..].Split("\n### ", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(EventTypes.All.Select(type => $"`{type}`"), sections.Select(section => section.Split('\n')[0]));
        foreach (var (type, section) in EventTypes.All.Zip(sections))
        {
            Assert.Contains(EventTexts.Of(type), section, StringComparison.Ordinal);
            Assert.Equal(ShapeOf(ExampleOf(type, events)), ShapeOf(JsonNode.Parse(section.Split("```")[1]["json".Length..])!));
        }
    }

    private static string SectionOf(string type, List<JsonNode> events) =>
        $"\n### `{type}`\n\n{EventTexts.Of(type)}\n\n```json\n{ExampleOf(type, events).ToJsonString(Indented)}\n```\n";

    private static JsonNode ExampleOf(string type, List<JsonNode> events) => events.First(one => (string)one["type"]! == type);

    private static string ShapeOf(JsonNode one) => string.Join(' ', one.AsObject().Select(field => field.Value is JsonObject inner ? $"{field.Key}({ShapeOf(inner)})" : field.Key));
}
