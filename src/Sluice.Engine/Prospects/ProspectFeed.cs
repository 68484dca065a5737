using Sluice.Engine.Events;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Prospects;

/// <summary>Makes the events of the feed out of what becomes known of people: one for each of their records.</summary>
internal static class ProspectFeed
{
    /// <param name="records">Ids of the records.</param>
    /// <param name="kind">Why their address is on the stop list now.</param>
    /// <param name="flowId">The flow of which a person wants no more mail; null: of none.</param>
    /// <param name="by">Null: the engine.</param>
    public static IEnumerable<Event> Of(long companyId, IEnumerable<long> records, SuppressionKind kind, long? flowId, IdMaker ids, EventActor? by, DateTimeOffset now) =>
        records.Select(id => new Event(companyId, ids.Next(), TypeOf(kind), now, new EventData { Reason = kind.Word(), Actor = by }) { FlowId = flowId, ProspectId = id });

    private static string TypeOf(SuppressionKind kind) => kind == SuppressionKind.Bounced ? EventTypes.AddressInvalid : EventTypes.OptedOut;
}
