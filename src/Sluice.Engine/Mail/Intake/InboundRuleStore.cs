using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Intake;

/// <summary>Keeps why raw messages were taken for what they are, and lists what came in for a flow instance.</summary>
internal sealed class InboundRuleStore(IDbSession db)
{
    public const int MaxListed = 100;

    /// <summary>Adds the rule to a stored message. The first rule stays, as the first outcome does. Uses the primary key.</summary>
    public Task KeepAsync(long companyId, string messageId, string rule, CancellationToken ct) => db.ExecuteAsync($"""
        update inbound
        set rule = {rule}
        where company_id = {companyId} and message_id = {messageId} and rule is null
        """, ct);

    /// <summary>Lists the last 100 messages that belong to an instance, alone or among others, oldest first. Uses index inbound_instance and the primary key of inbound_instances.</summary>
    public async Task<List<HeardMessage>> ListAsync(long companyId, long flowInstanceId, CancellationToken ct)
    {
        var heard = await db.QueryAsync($"""
            select b.message_id, b.at, b.type, b.rule
            from inbound b
            where b.company_id = {companyId} and b.flow_instance_id = {flowInstanceId}
            union all
            select b.message_id, b.at, b.type, b.rule
            from inbound_instances o
            join inbound b on b.company_id = o.company_id and b.message_id = o.message_id
            where o.company_id = {companyId} and o.flow_instance_id = {flowInstanceId}
            order by at desc, message_id desc
            limit {MaxListed}
            """, row => new HeardMessage(row.Text("message_id"), row.Time("at"), row.Text("type"), row.TextOrNull("rule")), ct);
        heard.Reverse();
        return heard;
    }
}

/// <summary>A message that came in for a flow instance.</summary>
/// <param name="Type">The name of an <see cref="InboundType"/>.</param>
/// <param name="Rule">Null: whoever reported it said what it is.</param>
internal sealed record HeardMessage(string MessageId, DateTimeOffset At, string Type, string? Rule);
