using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Sluice.Fuzz;

/// <summary>Makes hostile JSON of valid JSON.</summary>
internal static class JsonMutation
{
    /// <summary>Makes up to three changes.</summary>
    public static byte[] Of(string body, Random random)
    {
        var text = random.Next(6) == 0 ? body : Changed(body, random.Next(1, 4), random);
        return Damaged(Encoding.UTF8.GetBytes(text), random);
    }

    /// <summary>Changes values, fields and lists; what comes out is JSON, though perhaps with lone surrogates.</summary>
    private static string Changed(string body, int times, Random random)
    {
        var (root, raw) = (JsonNode.Parse(body)!, new List<string>());
        for (; times > 0; times--)
        {
            var places = Places(root).ToList();
            if (places.Count == 0)
            {
                break;
            }

            Change(places[random.Next(places.Count)], raw, random);
        }

        // The last one first: a later change may have wrapped an earlier one.
        return raw.Index().Reverse().Aggregate(root.ToJsonString(), (text, one) => text.Replace($"\"{Mark(one.Index)}\"", one.Item, StringComparison.Ordinal));
    }

    private static void Change((JsonNode Parent, string? Name, int Index) place, List<string> raw, Random random)
    {
        switch (random.Next(10))
        {
            case 0 when place.Name is not null:
                place.Parent.AsObject().Remove(place.Name);
                break;
            case 1 when place.Name is not null: // Misspells a field.
                var value = place.Parent[place.Name]?.DeepClone();
                place.Parent.AsObject().Remove(place.Name);
                place.Parent[random.Next(2) == 0 ? place.Name.ToUpperInvariant() : $"{place.Name}s"] = value;
                break;
            case 2 when place.Parent is JsonArray list: // Repeats an item, often beyond the limits of lists.
                var item = list.Count > 0 ? list[place.Index] : null;
                var times = (int[])[1, 2, 50, 101, 201, 1001] is var counts ? counts[random.Next(counts.Length)] : 0;
                foreach (var one in Enumerable.Range(0, times))
                {
                    list.Add(one % 2 == 0 || item is not JsonValue ? item?.DeepClone() : JsonValue.Create($"x{one}"));
                }

                break;
            case 3 when place.Name is not null: // Gives a field twice.
                Put(place, raw, $"{HostileValues.Json(random)},{JsonValue.Create(place.Name)!.ToJsonString()}:{place.Parent[place.Name]?.ToJsonString() ?? "null"}");
                break;
            case 4: // Wraps a value.
                Put(place, raw, random.Next(2) == 0 ? $"[{Get(place)?.ToJsonString() ?? "null"}]" : $"{{\"a\":{Get(place)?.ToJsonString() ?? "null"}}}");
                break;
            case 5 when Get(place) is JsonValue number && number.GetValueKind() is System.Text.Json.JsonValueKind.String or System.Text.Json.JsonValueKind.Number: // An id as the other kind.
                Put(place, raw, Get(place)!.GetValueKind() == System.Text.Json.JsonValueKind.Number ? $"\"{Get(place)!.ToJsonString()}\"" : Digits((string)Get(place)!));
                break;
            default:
                Put(place, raw, HostileValues.Json(random));
                break;
        }
    }

    private static string Digits(string text) => text.Length > 0 && text.All(char.IsAsciiDigit) && text[0] != '0' ? text : "7";

    private static JsonNode? Get((JsonNode Parent, string? Name, int Index) place) => place.Name is { } name ? place.Parent[name] : place.Parent[place.Index];

    private static void Put((JsonNode Parent, string? Name, int Index) place, List<string> raw, string json)
    {
        var mark = JsonValue.Create(Mark(raw.Count));
        raw.Add(json);
        if (place.Name is { } name)
        {
            place.Parent[name] = mark;
        }
        else
        {
            place.Parent[place.Index] = mark;
        }
    }

    private static string Mark(int index) => string.Create(CultureInfo.InvariantCulture, $"@@raw{index}@@");

    private static IEnumerable<(JsonNode Parent, string? Name, int Index)> Places(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Places(field.Value).Prepend((fields, field.Key, 0))),
        JsonArray list => list.SelectMany((item, i) => Places(item).Prepend((list, (string?)null, i))),
        _ => [],
    };

    /// <summary>Damages the bytes of one body in six.</summary>
    private static byte[] Damaged(byte[] body, Random random)
    {
        var at = random.Next(body.Length + 1);
        return random.Next(60) switch
        {
            0 => body[..at],
            1 => [],
            2 => [.. Encoding.UTF8.Preamble, .. body],
            3 => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body)),
            4 => [.. body[..at], (byte)random.Next(256), .. body[at..]],
            5 => [.. body[..at], (byte)random.Next(128, 256), .. body[Math.Min(at + 1, body.Length)..]],
            6 => [.. body, .. body],
            7 => [.. "["u8, .. body, .. "]"u8],
            8 => [.. body, 0],
            9 => Encoding.UTF8.GetBytes(HostileValues.Json(random)),
            _ => body,
        };
    }
}
