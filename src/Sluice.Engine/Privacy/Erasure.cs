using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;

namespace Sluice.Engine.Privacy;

/// <summary>A request to erase all data of an address, done in the background.</summary>
/// <param name="Address">Null: its data is gone already, and so is the address.</param>
/// <param name="MayBeMany">Whether an operator said that it may be more than <see cref="RequestErasure.MaxRecords"/> records.</param>
internal sealed record Erasure(
    long CompanyId, long Id, string KeyHash, AddressKey? Address, bool MayBeMany, ErasedCounts Erased, Actor By, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, ErasureStatus Status);

/// <param name="Fence">The fencing token of this lease. Every write of the holder checks it.</param>
internal sealed record LeasedErasure(Erasure Erasure, long Fence);

internal enum ErasureStatus
{
    Open,
    Done,

    /// <summary>More records than one request may erase. Nothing more is erased; no mail leaves for the address all the same.</summary>
    Refused,
}

/// <param name="Others">Tasks, inbound messages, entries of the stop list in plain text, rows of bulk assignments, objects and lines of the CRM.</param>
internal sealed record ErasedCounts(long Records, long Instances, long Messages, long Others)
{
    public static readonly ErasedCounts None = new(0, 0, 0, 0);

    public bool IsNone => this == None;

    public static ErasedCounts operator +(ErasedCounts one, ErasedCounts other) => new(
        one.Records + other.Records, one.Instances + other.Instances, one.Messages + other.Messages, one.Others + other.Others);
}
