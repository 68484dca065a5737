using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Events;

/// <summary>Something that happened in a company. It is written in the transaction of its cause: neither is ever there without the other.</summary>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
internal sealed record Event(long CompanyId, long Id, string Type, DateTimeOffset At, EventData Data)
{
    /// <summary>Numbers the events of the type <c>flow_instance.*</c> of one instance: 1, 2, 3, … without gaps. 0: an event of another type.</summary>
    public long Sequence { get; init; }

    public long? FlowInstanceId { get; init; }

    /// <summary>If it is null when the event is written, the store takes it from the instance, if there is one.</summary>
    public long? FlowId { get; init; }

    public long? ProspectId { get; init; }

    /// <summary>The day in the zone of the company, in days since 1970-01-01. The store sets it. Null: it was written before days were.</summary>
    public int? Day { get; init; }

    /// <summary>The position of its step when it was written, from 1. The store looks it up if the event names its step by the id.</summary>
    public int? Step { get; init; }

    public long? OwnerId => Data.OwnerId is { } id ? WireId.Find(id) : null;

    /// <summary>Its place in the feed. Set when it is read.</summary>
    public EventCursor Cursor { get; init; }

    /// <summary>The event as the feed, the stream and webhooks send it. Its time is in UTC.</summary>
    public EventBody ToBody() => new(WireId.Write(Id), Type, WireTime.Write(At, DateTimeZone.Utc), Sequence == 0 ? null : Sequence, Data);

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(ToBody(), EventBodyJson.Default.EventBody);
}

internal sealed record EventBody(string Id, string Type, string At, long? Sequence, EventData Data);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventBody))]
internal sealed partial class EventBodyJson : JsonSerializerContext;
