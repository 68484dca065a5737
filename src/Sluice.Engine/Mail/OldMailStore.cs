using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail;

/// <summary>Finds and deletes the mail of instances that ended long ago. All statements use index messages_step.</summary>
internal sealed class OldMailStore(IDbSession db)
{
    /// <summary>Lists those of these instances that have mail whose end is open: an answer that waits, or mail of which nobody knows whether it left.</summary>
    public Task<List<long>> ListWaitingAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => db.QueryAsync($"""
        select distinct m.flow_instance_id
        from {SqlTable.Of(flowInstanceIds)} asked
        cross join messages m
        where m.company_id = {companyId} and m.flow_instance_id = asked.value and m.state in ('queued', 'held', 'sending', 'uncertain')
        """, row => row.GetInt64(0), ct);

    /// <summary>Lists those of these instances whose mail left or may have left.</summary>
    public Task<List<long>> ListSendersAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => db.QueryAsync($"""
        select distinct m.flow_instance_id
        from {SqlTable.Of(flowInstanceIds)} asked
        cross join messages m
        where m.company_id = {companyId} and m.flow_instance_id = asked.value and m.sent_at is not null
        """, row => row.GetInt64(0), ct);

    public async Task<long> CountAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*)
        from {SqlTable.Of(flowInstanceIds)} asked
        cross join messages m
        where m.company_id = {companyId} and m.flow_instance_id = asked.value
        """, row => row.GetInt64(0), ct)).Single();

    /// <summary>Deletes all mail of these instances. Complaints about it go too: they count only together with the mail that was sent at that time.</summary>
    public async Task<int> DeleteAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            delete from sender_complaints
            where company_id = {companyId}
              and message_id in (
                select m.id
                from {SqlTable.Of(flowInstanceIds)} asked
                cross join messages m
                where m.company_id = {companyId} and m.flow_instance_id = asked.value)
            """, ct);
        return await new MessageErasureStore(db).EraseByInstanceAsync(companyId, flowInstanceIds, ct);
    }
}
