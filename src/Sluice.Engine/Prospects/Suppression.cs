namespace Sluice.Engine.Prospects;

/// <summary>One entry of the stop list. Entries are never changed; lifting one is recorded in it.</summary>
/// <param name="Key">The text of an <see cref="AddressKey"/>; for <see cref="SuppressionKind.Erased"/>, a keyed hash of it.</param>
/// <param name="FlowId">For <see cref="SuppressionKind.UnsubscribedFromFlow"/>: the flow; otherwise 0.</param>
/// <param name="Evidence">Message-ID of the mail that said so; null: no mail did.</param>
internal sealed record Suppression(
    long CompanyId, long Id, string Key, SuppressionKind Kind, long FlowId, DateTimeOffset Since, SuppressedBy By, string? Evidence, string? Reason, LiftedSuppression? Lifted = null);

/// <summary>Who put an address on the stop list, or took it off: a key with its request. All null: the engine or an operator.</summary>
internal sealed record SuppressedBy(long? ApiKeyId, string? RequestId, long? UserId);

internal sealed record LiftedSuppression(DateTimeOffset At, SuppressedBy By, string Reason);

/// <summary>What the stop list says of a record, by any of its addresses.</summary>
/// <param name="Kind">Never <see cref="SuppressionKind.UnsubscribedFromFlow"/> with flow 0.</param>
internal readonly record struct StopFact(SuppressionKind Kind, long FlowId);
