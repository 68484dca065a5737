using System.Data.Common;
using System.Text.Json;
using Sluice.Engine.Mail.Intake.Reading;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Intake;

/// <summary>Lists what came in for a company, whatever it belongs to. Of a message that belongs to no flow instance, only what it was taken for is kept.</summary>
internal sealed class HeardStore(IDbSession db)
{
    /// <summary>Lists messages, newest first. Uses index inbound_at.</summary>
    /// <param name="type">The name of an <see cref="InboundType"/>; null: all.</param>
    /// <param name="before">Only messages that came before this one; null: the newest.</param>
    public Task<List<ListedInbound>> ListAsync(long companyId, string? type, ListedInbound? before, int limit, CancellationToken ct) => db.QueryAsync($"""
        select b.message_id, b.at, b.type, b.rule, b.flow_instance_id, b.outcome, b.sender, b.subject, b.body
        from inbound b
        where b.company_id = {companyId}
          and ({type} is null or b.type = {type})
          and b.at <= {before?.At ?? DateTimeOffset.MaxValue}
          and ({before?.MessageId} is null or b.at < {before?.At} or b.message_id < {before?.MessageId})
        order by b.at desc, b.message_id desc
        limit {limit}
        """, Read, ct);

    /// <summary>Uses the primary key.</summary>
    public async Task<ListedInbound?> FindAsync(long companyId, string messageId, CancellationToken ct) => (await db.QueryAsync($"""
        select b.message_id, b.at, b.type, b.rule, b.flow_instance_id, b.outcome, b.sender, b.subject, b.body
        from inbound b
        where b.company_id = {companyId} and b.message_id = {messageId}
        """, Read, ct)).SingleOrDefault();

    private static ListedInbound Read(DbDataReader row) => new(
        row.Text("message_id"), row.Time("at"), row.Text("type"), row.TextOrNull("rule"), row.IntegerOrNull("flow_instance_id"), row.TextOrNull("outcome"))
    {
        Written = row.TextOrNull("body") is { } body ? new InboundText(row.TextOrNull("sender"), row.TextOrNull("subject") ?? "", body) : null,
    };
}

/// <param name="Type">The name of an <see cref="InboundType"/>.</param>
/// <param name="Rule">Why it was taken for that; null: whoever reported it said what it is.</param>
/// <param name="FlowInstanceId">Null: it belongs to no instance.</param>
/// <param name="Outcome">JSON: see <see cref="InboundOutcome"/>; null: not known yet.</param>
internal sealed record ListedInbound(string MessageId, DateTimeOffset At, string Type, string? Rule, long? FlowInstanceId, string? Outcome)
{
    /// <summary>What the person wrote; null: it is not kept.</summary>
    public InboundText? Written { get; init; }

    /// <returns>Null: what followed is not known.</returns>
    public InboundOutcome? ReadOutcome() => Outcome is null ? null : JsonSerializer.Deserialize(Outcome, InboundJson.Default.InboundOutcome);
}
