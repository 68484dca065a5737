using System.Text.Json;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Intake;

/// <summary>Lists what came in for a company, whatever it belongs to. What is kept of a message is what it was taken for, and not its text.</summary>
internal sealed class HeardStore(IDbSession db)
{
    /// <summary>Lists messages, newest first. Uses index inbound_at.</summary>
    /// <param name="type">The name of an <see cref="InboundType"/>; null: all.</param>
    /// <param name="before">Only messages that came before this one; null: the newest.</param>
    public Task<List<ListedInbound>> ListAsync(long companyId, string? type, ListedInbound? before, int limit, CancellationToken ct) => db.QueryAsync($"""
        select b.message_id, b.at, b.type, b.rule, b.flow_instance_id, b.outcome
        from inbound b
        where b.company_id = {companyId}
          and ({type} is null or b.type = {type})
          and b.at <= {before?.At ?? DateTimeOffset.MaxValue}
          and ({before?.MessageId} is null or b.at < {before?.At} or b.message_id < {before?.MessageId})
        order by b.at desc, b.message_id desc
        limit {limit}
        """, row => new ListedInbound(
            row.Text("message_id"), row.Time("at"), row.Text("type"), row.TextOrNull("rule"), row.IntegerOrNull("flow_instance_id"), row.TextOrNull("outcome")), ct);

    /// <summary>Uses the primary key.</summary>
    public async Task<ListedInbound?> FindAsync(long companyId, string messageId, CancellationToken ct) => (await db.QueryAsync($"""
        select b.message_id, b.at, b.type, b.rule, b.flow_instance_id, b.outcome
        from inbound b
        where b.company_id = {companyId} and b.message_id = {messageId}
        """, row => new ListedInbound(
            row.Text("message_id"), row.Time("at"), row.Text("type"), row.TextOrNull("rule"), row.IntegerOrNull("flow_instance_id"), row.TextOrNull("outcome")), ct)).SingleOrDefault();
}

/// <param name="Type">The name of an <see cref="InboundType"/>.</param>
/// <param name="Rule">Why it was taken for that; null: whoever reported it said what it is.</param>
/// <param name="FlowInstanceId">Null: it belongs to no instance.</param>
/// <param name="Outcome">JSON: see <see cref="InboundOutcome"/>; null: not known yet.</param>
internal sealed record ListedInbound(string MessageId, DateTimeOffset At, string Type, string? Rule, long? FlowInstanceId, string? Outcome)
{
    /// <returns>Null: what followed is not known.</returns>
    public InboundOutcome? ReadOutcome() => Outcome is null ? null : JsonSerializer.Deserialize(Outcome, InboundJson.Default.InboundOutcome);
}
