using Sluice.Engine.Webhooks;

namespace Sluice.Server.Dev.Faults;

/// <summary>The words for planned faults of deliveries to webhooks.</summary>
internal static class WebhookFaults
{
    /// <summary>Stands where other faults have a path of the API.</summary>
    public const string Path = "webhooks";

    public const string Mixed = "mixed";

    public static readonly string[] All = ["late", "duplicate", "out_of_order", "lost", Mixed];

    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    /// <returns>Null: nothing goes wrong this time.</returns>
    public static PlannedDeliveryFault? Of(PlannedFault fault)
    {
        var kind = fault.Webhooks == Mixed ? Pick(fault) : Array.IndexOf(All, fault.Webhooks);
        var given = fault.DelayMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
        return kind >= All.Length - 1 ? null : (DeliveryFault)kind switch
        {
            DeliveryFault.Late => new(DeliveryFault.Late, given ?? Late),
            DeliveryFault.OutOfOrder => new(DeliveryFault.OutOfOrder, given ?? Moment),
            var other => new(other, TimeSpan.Zero),
        };
    }

    /// <summary>Picks by the seed and by how many deliveries are left: the same seed gives the same faults.</summary>
    private static int Pick(PlannedFault fault) => (int)(DeliveryRule.ChanceOf((fault.Seed ?? 1) * 1_000_003L, fault.Times) * All.Length);
}
