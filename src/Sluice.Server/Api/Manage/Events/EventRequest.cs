using Sluice.Engine.Events;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Events;

/// <summary>Where to read, and what is wanted.</summary>
/// <param name="After">Null: the request names no place.</param>
internal sealed record EventRequest(EventCursor? After, EventFilter Filter)
{
    /// <param name="lastId">What a browser sends as <c>Last-Event-ID</c> when it connects again; null: nothing.</param>
    public static EventRequest Read(RequestReader query, string? lastId = null)
    {
        var (after, filter) = (ReadPlace(query, "after", query.OptionalText("after")), new EventFilter(ReadTypes(query), query.OptionalId("flowInstanceId"), query.OptionalId("flowId")));
        return new EventRequest((string.IsNullOrEmpty(lastId) ? null : ReadPlace(query, "Last-Event-ID", lastId)) ?? after, filter);
    }

    private static EventCursor? ReadPlace(RequestReader query, string name, string? text)
    {
        var place = text is null ? null : EventCursor.Find(text);
        if (text is not null && place is null)
        {
            query.Fault(name, $"should be the `next` of an earlier answer, not {RequestReader.Echo(text)}");
        }

        return place;
    }

    private static HashSet<string>? ReadTypes(RequestReader query)
    {
        if (query.OptionalText("types") is not { } text)
        {
            return null;
        }

        var types = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var unknown in types.Except(EventTypes.All))
        {
            var meant = SimilarNameRule.Find(unknown, EventTypes.All) is { } similar ? $"did you mean {similar}?" : $"the types are {string.Join(", ", EventTypes.All)}";
            query.Fault("types", $"there is no type {RequestReader.Echo(unknown)}; {meant}");
        }

        if (types.Length == 0)
        {
            query.Fault("types", "is empty: name types with a comma between them, or leave it out");
        }

        return [.. types];
    }
}
