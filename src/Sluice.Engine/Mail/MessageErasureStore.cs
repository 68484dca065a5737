using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail;

/// <summary>Erases mail to people.</summary>
internal sealed class MessageErasureStore(IDbSession db)
{
    private const string Nobody = "erased@erased.invalid";
    private const string NoDomain = "erased.invalid";

    /// <summary>Deletes all mail of these instances, whatever its state; a worker that is sending one finds its row gone and writes nothing. Index messages_step.</summary>
    public Task<int> EraseByInstanceAsync(long companyId, IReadOnlyList<long> flowInstanceIds, CancellationToken ct) => db.ExecuteAsync($"""
        delete from messages
        where company_id = {companyId} and flow_instance_id {SqlTable.In(flowInstanceIds)}
        """, ct);

    /// <summary>Finds up to 1000 mails that left for an address. Uses index messages_recipient.</summary>
    public Task<List<(long Id, long FlowInstanceId)>> FindSentAsync(long companyId, string recipientKey, CancellationToken ct) => db.QueryAsync($"""
        select m.id, m.flow_instance_id
        from messages m
        where m.company_id = {companyId} and m.recipient_key = {recipientKey} and m.sent_at is not null
        order by m.sent_at, m.id
        limit 1000
        """, row => (row.GetInt64(0), row.GetInt64(1)), ct);

    /// <summary>Lists up to 1000 mails that left for these addresses, newest first. Uses index messages_recipient.</summary>
    public Task<List<Message>> ListSentAsync(long companyId, IReadOnlyList<string> recipientKeys, CancellationToken ct) => db.QueryAsync($"""
        select {MessageStore.Columns}
        from {SqlTable.Of(recipientKeys)} asked
        cross join messages m
        where m.company_id = {companyId} and m.recipient_key = asked.value and m.sent_at is not null
        order by m.sent_at desc, m.id desc
        limit 1000
        """, MessageStore.Read, ct);

    /// <summary>Lists a piece of the mail that has not left, or was never to leave, in id order.</summary>
    public Task<List<(long Id, long FlowInstanceId, string RecipientKey)>> ListUnsentAsync(long companyId, long after, int limit, CancellationToken ct) => db.QueryAsync($"""
        select m.id, m.flow_instance_id, m.recipient_key
        from messages m
        where m.company_id = {companyId} and m.id > {after} and m.sent_at is null
        order by m.id
        limit {limit}
        """, row => (row.GetInt64(0), row.GetInt64(1), row.GetString(2)), ct);

    /// <summary>
    /// Takes the address and the text out of mail of a record that has another address today. The mail counts on; one that waits is written again for
    /// the new address before it leaves, because its recipient is no longer that of its prospect.
    /// </summary>
    public Task<int> EmptyAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.ExecuteAsync($"""
        update messages
        set recipient = {Nobody},
            recipient_key = {Nobody},
            recipient_domain = {NoDomain},
            subject = '',
            body = '',
            error = null
        where company_id = {companyId} and id {SqlTable.In(ids)}
        """, ct);
}
