using System.Text.Json.Serialization;
using Sluice.Engine.Events;

namespace Sluice.Server.Api.Manage.Events;

/// <param name="Next">Where the next read begins. It may have moved although no wanted event was found.</param>
/// <param name="HasMore">Whether there may be more events now.</param>
internal sealed record EventsAnswer(string RequestId, IReadOnlyList<EventBody> Events, string Next, bool HasMore)
{
    public static EventsAnswer From(string requestId, EventPage page) => new(requestId, [.. page.Events.Select(one => one.ToBody())], page.Next.ToString(), page.HasMore);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventsAnswer))]
internal sealed partial class EventsJson : JsonSerializerContext;
