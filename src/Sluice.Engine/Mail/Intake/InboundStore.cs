using Sluice.Engine.Mail.Intake.Reading;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Intake;

/// <summary>Stores inbound messages by Message-ID, so that each is processed once.</summary>
internal sealed class InboundStore(IDbSession tx)
{
    /// <summary>Adds a message. If two transactions add the same one, the second waits here until the first ends.</summary>
    /// <returns>False: the message was processed before.</returns>
    public async Task<bool> AddAsync(long companyId, string messageId, string type, DateTimeOffset now, CancellationToken ct) => await tx.ExecuteAsync($"""
        insert into inbound (company_id, message_id, at, type)
        values ({companyId}, {messageId}, {now}, {type})
        on conflict (company_id, message_id) do nothing
        """, ct) == 1;

    /// <param name="text">What the person wrote; null: nothing is kept of it.</param>
    public Task KeepAsync(long companyId, string messageId, long? flowInstanceId, string outcome, InboundText? text, CancellationToken ct) => tx.ExecuteAsync($"""
        update inbound
        set flow_instance_id = {flowInstanceId},
            outcome = {outcome},
            sender = {text?.From},
            subject = {text?.Subject},
            body = {text?.Text}
        where company_id = {companyId} and message_id = {messageId}
        """, ct);

    /// <summary>Adds the other instances that a message belongs to, besides the one in <see cref="KeepAsync"/>.</summary>
    public Task AddOthersAsync(long companyId, string messageId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => flowInstanceIds.Count == 0 ? Task.CompletedTask : tx.ExecuteAsync($"""
        insert into inbound_instances (company_id, flow_instance_id, message_id)
        select {companyId}, value, {messageId}
        from {SqlTable.Of(flowInstanceIds)} others
        """, ct);

    /// <summary>
    /// Deletes the inbound events of these instances; of those that belong to others too, only what the person wrote. If the same message arrives again, it
    /// matches no instance. Uses index inbound_instance and the primary key of inbound_instances.
    /// </summary>
    public async Task<int> EraseAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct)
    {
        await tx.ExecuteAsync($"""
            update inbound
            set sender = null,
                subject = null,
                body = null
            where company_id = {companyId}
              and message_id in (
                select o.message_id
                from {SqlTable.Of(flowInstanceIds)} asked
                cross join inbound_instances o
                where o.company_id = {companyId} and o.flow_instance_id = asked.value)
            """, ct);
        await ForgetInstancesAsync(companyId, flowInstanceIds, ct);
        return await tx.ExecuteAsync($"""
            delete from inbound
            where company_id = {companyId} and flow_instance_id {SqlTable.In(flowInstanceIds)}
            """, ct);
    }

    /// <summary>Forgets that messages of others belong to these instances too. Uses the primary key.</summary>
    public Task ForgetInstancesAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => tx.ExecuteAsync($"""
        delete from inbound_instances
        where company_id = {companyId} and flow_instance_id {SqlTable.In(flowInstanceIds)}
        """, ct);

    /// <summary>Lists messages in the order of their Message-IDs, with the words that are kept of them. Uses the primary key.</summary>
    public Task<List<(string MessageId, string Words)>> ListWordsAsync(long companyId, string after, int limit, CancellationToken ct) => tx.QueryAsync($"""
        select message_id, coalesce(sender, '') || ' ' || coalesce(subject, '') || ' ' || coalesce(body, '')
        from inbound
        where company_id = {companyId} and message_id > {after}
        order by message_id
        limit {limit}
        """, row => (row.GetString(0), row.GetString(1)), ct);

    /// <summary>Deletes messages. If one arrives again, it is processed again. Uses the primary key and index inbound_instances_message.</summary>
    public async Task<int> DeleteAsync(long companyId, IReadOnlyList<string> messageIds, CancellationToken ct)
    {
        await tx.ExecuteAsync($"""
            delete from inbound_instances
            where company_id = {companyId} and message_id {SqlTable.In(messageIds)}
            """, ct);
        return await tx.ExecuteAsync($"""
            delete from inbound
            where company_id = {companyId} and message_id {SqlTable.In(messageIds)}
            """, ct);
    }

    /// <summary>Deletes what the persons wrote, and keeps that their messages were processed.</summary>
    public Task<int> ForgetWordsAsync(long companyId, IReadOnlyList<string> messageIds, CancellationToken ct) => tx.ExecuteAsync($"""
        update inbound
        set sender = null,
            subject = null,
            body = null
        where company_id = {companyId} and message_id {SqlTable.In(messageIds)}
        """, ct);

    /// <summary>Lists up to 1000 replies and automatic replies to these instances, newest first. Uses index inbound_instance.</summary>
    public Task<List<(string MessageId, DateTimeOffset At, long FlowInstanceId)>> ListRepliesAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => tx.QueryAsync($"""
        select b.message_id, b.at, b.flow_instance_id
        from {SqlTable.Of(flowInstanceIds)} asked
        cross join inbound b
        where b.company_id = {companyId} and b.flow_instance_id = asked.value and b.type in ('Reply', 'AutoReply')
        order by b.at desc, b.message_id
        limit 1000
        """, row => (row.Text("message_id"), row.Time("at"), row.Integer("flow_instance_id")), ct);

    public async Task<(string Type, string Outcome)> GetAsync(long companyId, string messageId, CancellationToken ct) => (await tx.QueryAsync($"""
        select type, outcome
        from inbound
        where company_id = {companyId} and message_id = {messageId}
        """, row => (row.Text("type"), row.Text("outcome")), ct)).Single();
}
