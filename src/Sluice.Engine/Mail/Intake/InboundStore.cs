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

    public Task KeepAsync(long companyId, string messageId, long? flowInstanceId, string outcome, CancellationToken ct) => tx.ExecuteAsync($"""
        update inbound
        set flow_instance_id = {flowInstanceId},
            outcome = {outcome}
        where company_id = {companyId} and message_id = {messageId}
        """, ct);

    public async Task<(string Type, string Outcome)> GetAsync(long companyId, string messageId, CancellationToken ct) => (await tx.QueryAsync($"""
        select type, outcome
        from inbound
        where company_id = {companyId} and message_id = {messageId}
        """, row => (row.Text("type"), row.Text("outcome")), ct)).Single();
}
