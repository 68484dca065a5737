using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Dev.Clock;

/// <param name="Frozen">Whether the clock stands still.</param>
/// <param name="AdvancingTo">The target of a move that is in progress.</param>
internal sealed record ClockAnswer(string RequestId, string Now, bool Frozen, string MachineTime, string? AdvancingTo)
{
    public static ClockAnswer From(string requestId, MovableClock clock, DateTimeOffset? target, DateTimeZone zone) => new(
        requestId,
        WireTime.Write(clock.GetUtcNow(), zone),
        target is null && clock.State.FrozenAt is not null,
        WireTime.Write(clock.MachineTime, zone),
        target is { } at ? WireTime.Write(at, zone) : null);
}

/// <param name="Events">What happened during the move, in order: the first 10,000 events.</param>
/// <param name="EventCount">The number of all events.</param>
/// <param name="IsCut">Whether there were more events than are listed.</param>
internal sealed record MovedAnswer(string RequestId, string Now, bool Frozen, IReadOnlyList<EventItem> Events, long EventCount, bool IsCut)
{
    public static MovedAnswer From(string requestId, MoveResult result, bool isFrozen, DateTimeZone zone) => new(
        requestId, WireTime.Write(result.Now, zone), isFrozen, [.. result.Events.Select(one => EventItem.From(one, zone))], result.EventCount, result.EventCount > result.Events.Count);
}

internal sealed record EventItem(string Id, string At, string Type, string FlowInstanceId, JsonElement? Detail)
{
    public static EventItem From(InstanceEvent one, DateTimeZone zone) => new(
        WireId.Write(one.Id), WireTime.Write(one.At, zone), one.Kind, WireId.Write(one.FlowInstanceId), one.Detail is { } detail ? JsonElement.Parse(detail) : null);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClockAnswer))]
[JsonSerializable(typeof(MovedAnswer))]
internal sealed partial class ClockJson : JsonSerializerContext;
