using System.Text.Json;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Requests;

/// <summary>
/// Finds names that the operation does not read: they have no effect, and the answer does not say so [rec]. It finds nothing if the request
/// did not reach the operation.
/// </summary>
internal static class NameHints
{
    // The first items of a long list are enough to find the mistake.
    private const int MaxItems = 200;

    /// <summary>Names that people confuse although the spellings are not alike.</summary>
    private static readonly (string Given, string Known)[] Mistaken =
    [
        ("prospects", "crmProspectsIds"), ("prospectIds", "crmProspectsIds"), ("crmIds", "crmProspectsIds"),
        ("crmProspectsIds", "prospects"), ("crmProspectsIds", "crmProspectId"), ("ownerEmail", "flowInstanceOwnerEmail"), ("ids", "flowInstanceIds"),
    ];

    public static IEnumerable<Hint> Find(AnsweredRequest answered) =>
        answered is { IsAdmitted: true, Status: < 500 } ? InQuery(answered).Concat(InBody(answered)) : [];

    private static IEnumerable<Hint> InQuery(AnsweredRequest answered)
    {
        var (query, body) = (answered.Notes.Query, answered.Notes.Body);
        return from name in answered.Http.Request.Query.Keys
               where !query.Names.ContainsKey(name)
               select body.Names.ContainsKey(name)
                   ? new Hint("field-in-query", $"{name} has no effect in the query: it belongs in the body.", name, name)
                   : FindIntended(name, query) is { } meant
                       ? new Hint("unknown-parameter", $"The parameter {name} has no effect. Did you mean {meant}?", name, meant)
                       : FindIntended(name, body) is { } field
                           ? new Hint("field-in-query", $"The parameter {name} has no effect. Did you mean {field}, in the body?", name, field)
                           : new Hint("unknown-parameter", $"The parameter {name} has no effect: the operation has no parameter of that name.", name);
    }

    private static IEnumerable<Hint> InBody(AnsweredRequest answered) =>
        answered.Body is { ValueKind: JsonValueKind.Object } body ? Unknown(body, answered.Notes.Body, "", answered.Notes) : [];

    private static IEnumerable<Hint> Unknown(JsonElement value, LookedUpNames known, string path, RequestNotes notes) => value.EnumerateObject().SelectMany(field =>
        !known.Names.TryGetValue(field.Name, out var inner)
            ? [Explain(field.Name, path, known, notes)]
            : Objects(field.Value).SelectMany(one => inner.Names.Count > 0 ? Unknown(one, inner, $"{path}{field.Name}.", notes) : []).DistinctBy(hint => hint.Name));

    private static IEnumerable<JsonElement> Objects(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => [value],
        JsonValueKind.Array => value.EnumerateArray().Take(MaxItems).Where(item => item.ValueKind == JsonValueKind.Object),
        _ => [],
    };

    private static Hint Explain(string name, string path, LookedUpNames known, RequestNotes notes)
    {
        var full = path + name;
        if (path.Length > 0 && notes.Body.Names.ContainsKey(name))
        {
            var code = name == "cursor" ? "cursor-in-filter" : "misplaced-field";
            return new Hint(code, $"{name} has no effect in {path.TrimEnd('.')}: it belongs at the top of the body.", full, name);
        }

        if (notes.Query.Names.ContainsKey(name))
        {
            return new Hint("parameter-in-body", $"{name} has no effect in the body: it belongs in the query.", full, name);
        }

        if (FindContainer(name, notes.Body) is { } holder)
        {
            return new Hint("misplaced-field", $"{name} has no effect there: it belongs in {holder}.", full, $"{holder}.{name}");
        }

        return FindIntended(name, known) is { } meant
            ? new Hint("unknown-field", $"The field {full} has no effect. Did you mean {meant}?", full, meant)
            : FindIntended(name, notes.Query) is { } parameter
                ? new Hint("parameter-in-body", $"The field {full} has no effect. Did you mean {parameter}, in the query?", full, parameter)
                : new Hint("unknown-field", $"The field {full} has no effect: the operation has no field of that name there.", full);
    }

    /// <returns>The field whose object has a field of that name.</returns>
    private static string? FindContainer(string name, LookedUpNames body) =>
        body.Names.Where(field => field.Value.Names.ContainsKey(name)).Select(field => field.Key).FirstOrDefault();

    private static string? FindIntended(string name, LookedUpNames known) =>
        Mistaken.Where(pair => pair.Given == name && known.Names.ContainsKey(pair.Known)).Select(pair => pair.Known).FirstOrDefault()
        ?? SimilarNameRule.Find(name, known.Names.Keys);
}
