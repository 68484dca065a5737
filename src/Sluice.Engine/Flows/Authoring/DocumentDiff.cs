using System.Text.Json.Nodes;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>Lists the differences of two documents of the same kind, field by field. It matches steps by their keys.</summary>
internal static class DocumentDiff
{
    public static List<FieldChange> Between(JsonObject before, JsonObject after) => [.. OfObjects("", before, after)];

    private static IEnumerable<FieldChange> OfObjects(string path, JsonObject before, JsonObject after) =>
        before.Select(one => one.Key).Union(after.Select(one => one.Key))
            .SelectMany(name => Of(path.Length == 0 ? name : $"{path}.{name}", before[name], after[name]));

    private static IEnumerable<FieldChange> Of(string path, JsonNode? before, JsonNode? after) => (before, after) switch
    {
        _ when JsonNode.DeepEquals(before, after) => [],
        (JsonObject a, JsonObject b) => OfObjects(path, a, b),
        (JsonArray a, JsonArray b) when a.Concat(b).All(one => one is JsonObject step && step.ContainsKey("key")) => OfSteps(path, a, b),
        _ => [new FieldChange(path, before?.DeepClone(), after?.DeepClone())],
    };

    private static IEnumerable<FieldChange> OfSteps(string path, JsonArray before, JsonArray after)
    {
        var (was, is_) = (Keys(before), Keys(after));
        if (!was.SequenceEqual(is_))
        {
            yield return new FieldChange(path, List(was), List(is_));
        }

        foreach (var key in is_.Intersect(was))
        {
            foreach (var change in OfObjects($"{path}.{key}", Step(before, key), Step(after, key)))
            {
                yield return change;
            }
        }
    }

    private static List<string> Keys(JsonArray steps) => [.. steps.Select(step => (string)step!["key"]!)];

    private static JsonArray List(IEnumerable<string> keys) => [.. keys.Select(key => (JsonNode)JsonValue.Create(key))];

    private static JsonObject Step(JsonArray steps, string key) => (JsonObject)steps.First(step => (string)step!["key"]! == key)!;
}
