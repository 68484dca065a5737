using System.Text.Json;

namespace Sluice.Server.Dev.Requests;

/// <summary>
/// Finds empty values in a refused request: the answer says that the value is wrong, such as <c>Failed to verify cursor</c> [rec], but not that there is none.
/// Clients send them when they write a variable that is not set.
/// </summary>
internal static class EmptyValueHints
{
    public static IEnumerable<Hint> Find(AnsweredRequest answered) => answered is { IsAdmitted: true, Status: StatusCodes.Status400BadRequest }
        ? InQuery(answered).Concat(InBody(answered))
        : [];

    private static IEnumerable<Hint> InQuery(AnsweredRequest answered) =>
        from parameter in answered.Http.Request.Query
        where answered.Notes.Query.Names.ContainsKey(parameter.Key) && string.IsNullOrEmpty(parameter.Value.FirstOrDefault())
        select Explain("parameter", parameter.Key);

    private static IEnumerable<Hint> InBody(AnsweredRequest answered) => answered.Body is not { ValueKind: JsonValueKind.Object } body
        ? []
        : from field in body.EnumerateObject()
          where answered.Notes.Body.Names.ContainsKey(field.Name) && field.Value.ValueKind == JsonValueKind.String && field.Value.ValueEquals("")
          select Explain("field", field.Name);

    private static Hint Explain(string kind, string name) => new(
        $"empty-{kind}",
        name == "cursor" ? $"The {kind} cursor is empty: leave it out to get the first page." : $"The {kind} {name} is empty: leave it out, or give it a value.",
        name);
}
