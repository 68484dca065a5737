using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Intake;

/// <summary>Finds inbound messages that came long ago, and the instances that they belong to.</summary>
internal sealed class OldInboundStore(IDbSession db)
{
    /// <summary>Lists a piece of a company's messages, the oldest first. Uses index inbound_at.</summary>
    public Task<List<InboundAge>> ListAsync(long companyId, InboundAge after, DateTimeOffset before, int limit, CancellationToken ct) => db.QueryAsync($"""
        select b.message_id, b.at, b.flow_instance_id
        from inbound b
        where b.company_id = {companyId} and (b.at, b.message_id) > ({after.At}, {after.MessageId}) and b.at < {before}
        order by b.at, b.message_id
        limit {limit}
        """, row => new InboundAge(row.Text("message_id"), row.Time("at"), row.IntegerOrNull("flow_instance_id")), ct);

    /// <summary>Lists the other instances of these messages, besides the one in the message's row. Uses index inbound_instances_message.</summary>
    public Task<List<(string MessageId, long FlowInstanceId)>> ListOthersAsync(long companyId, IReadOnlyList<string> messageIds, CancellationToken ct) => db.QueryAsync($"""
        select o.message_id, o.flow_instance_id
        from {SqlTable.Of(messageIds)} asked
        cross join inbound_instances o
        where o.company_id = {companyId} and o.message_id = asked.value
        """, row => (row.Text("message_id"), row.Integer("flow_instance_id")), ct);
}

/// <param name="FlowInstanceId">Null: it belongs to no instance.</param>
internal sealed record InboundAge(string MessageId, DateTimeOffset At, long? FlowInstanceId);
