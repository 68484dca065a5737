namespace Sluice.Engine.Audit;

/// <summary>One line of the audit: who did what, from where, and what it was before and after.</summary>
/// <param name="Action">Such as <c>sign-in</c> or <c>flow.disable</c>.</param>
/// <param name="Subject">What was changed: a kind and an id, such as <c>flow 12</c>; null: nothing in particular.</param>
/// <param name="Before">JSON; null: nothing is known of it.</param>
/// <param name="After">JSON; null: nothing is known of it.</param>
internal sealed record AuditEntry(long CompanyId, long Id, string Action, string? Subject, AuditActor By, string? Before, string? After, DateTimeOffset At);

/// <param name="UserId">Null: not a person who was signed in.</param>
/// <param name="ApiKeyId">Null: no key was used.</param>
/// <param name="Address">The IP address from which the request came.</param>
internal sealed record AuditActor(long? UserId, long? ApiKeyId, string? Address, string? RequestId);

/// <param name="Action">Only entries whose action begins like this; null: all.</param>
/// <param name="UserId">Only what this user did; null: all.</param>
/// <param name="From">Only entries of this time or later; null: all.</param>
/// <param name="To">Only entries before this time; null: all.</param>
internal sealed record AuditFilter(string? Action, long? UserId, DateTimeOffset? From, DateTimeOffset? To);
