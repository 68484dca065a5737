namespace Sluice.Engine.Retention;

/// <summary>How many rows of each kind were deleted, or would be.</summary>
internal sealed record OldRows
{
    public static readonly OldRows None = new();

    public long FlowInstances { get; init; }

    /// <summary>What had happened to them.</summary>
    public long HistoryEntries { get; init; }

    /// <summary>Mail to people.</summary>
    public long Mails { get; init; }

    /// <summary>Mail that came in.</summary>
    public long InboundMessages { get; init; }

    public long Tasks { get; init; }

    public long BulkAssignments { get; init; }

    /// <summary>Uploads and removals of a CRM.</summary>
    public long CrmRequests { get; init; }

    /// <summary>Days of which the number of calls was kept.</summary>
    public long DaysOfCalls { get; init; }

    public static OldRows operator +(OldRows one, OldRows other) => new()
    {
        FlowInstances = one.FlowInstances + other.FlowInstances,
        HistoryEntries = one.HistoryEntries + other.HistoryEntries,
        Mails = one.Mails + other.Mails,
        InboundMessages = one.InboundMessages + other.InboundMessages,
        Tasks = one.Tasks + other.Tasks,
        BulkAssignments = one.BulkAssignments + other.BulkAssignments,
        CrmRequests = one.CrmRequests + other.CrmRequests,
        DaysOfCalls = one.DaysOfCalls + other.DaysOfCalls,
    };
}
