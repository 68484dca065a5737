namespace Sluice.Engine.Events;

/// <summary>Which events a reader wants.</summary>
/// <param name="Types">Null: all.</param>
internal sealed record EventFilter(IReadOnlySet<string>? Types = null, long? FlowInstanceId = null, long? FlowId = null)
{
    public static readonly EventFilter All = new();

    public bool Wants(Event one) =>
        (Types is null || Types.Contains(one.Type))
        && (FlowInstanceId is null || FlowInstanceId == one.FlowInstanceId)
        && (FlowId is null || FlowId == one.FlowId);
}
