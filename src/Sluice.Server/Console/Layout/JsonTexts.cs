using System.Globalization;
using System.Text.Json.Nodes;

namespace Sluice.Server.Console.Layout;

/// <summary>Makes JSON out of what was typed into fields.</summary>
internal static class JsonTexts
{
    /// <returns>A number; what is none stays as it was typed, so that the API says what is wrong with it.</returns>
    public static JsonNode Number(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(text ?? "");

    /// <summary>Makes a list out of texts. A collection expression would need code that the ahead-of-time compiler cannot make.</summary>
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
