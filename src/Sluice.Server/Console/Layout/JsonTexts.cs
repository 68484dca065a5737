using System.Text.Json.Nodes;

namespace Sluice.Server.Console.Layout;

/// <summary>Makes a JSON list out of texts. A collection expression would need code that the ahead-of-time compiler cannot make.</summary>
internal static class JsonTexts
{
    public static JsonArray Of(IEnumerable<string?> texts)
    {
        var list = new JsonArray();
        foreach (var text in texts)
        {
            list.Add((JsonNode?)JsonValue.Create(text));
        }

        return list;
    }
}
