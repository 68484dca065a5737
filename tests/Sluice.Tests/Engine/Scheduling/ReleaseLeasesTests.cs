using Sluice.Engine.Scheduling;

namespace Sluice.Tests.Engine.Scheduling;

public sealed class ReleaseLeasesTests
{
    [Theory, EveryDatabase]
    public async Task Every_kind_of_leased_work_becomes_free(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (company, until) = (app.Tenant.Id, app.Clock.GetUtcNow().AddDays(1));
        await app.Db.ExecuteAsync($"""
            insert into messages (company_id, id, flow_instance_id, prospect_id, step_id, attempt, sender_id, sender_address, sender_name, recipient,
                                  recipient_key, recipient_domain, subject, body, message_id, state, due_at, tries, fence, lease_until, created_at)
            values ({company}, 1, 1, 1, 1, 1, 1, '', '', '', '', '', '', '', '', 'sending', 0, 0, 0, {until}, 0)
            """, CancellationToken.None);
        await app.Db.ExecuteAsync($"""
            insert into sweeps (company_id, id, kind, subject_id, after_id, lease_until, fence, created_at)
            values ({company}, 1, 'NoSeat', 0, 0, {until}, 0, 0)
            """, CancellationToken.None);
        await app.Db.ExecuteAsync($"""
            insert into bulk_jobs (company_id, id, flow_id, owner_id, api_key_id, request_id, status, lease_until, fence, created_at)
            values ({company}, '1', 1, 1, 1, '', 'IN_PROGRESS', {until}, 0, 0)
            """, CancellationToken.None);
        await app.Db.ExecuteAsync($"""
            insert into crm_requests (company_id, integration_id, client_request_id, id, status, errors, error_count, success_count, lines_done, lease_until, fence, created_at)
            values ({company}, 1, '', 1, 'IN_PROGRESS', '[]', 0, 0, 0, {until}, 0, 0)
            """, CancellationToken.None);

        await app.Db.ExecuteAsync($"""
            insert into erasures (company_id, id, key_hash, may_be_many, status, records, instances, messages, others, created_at, lease_until, fence)
            values ({company}, 1, '', false, 'OPEN', 0, 0, 0, 0, 0, {until}, 0)
            """, CancellationToken.None);

        await new ReleaseLeases(app.Db).RunAsync(CancellationToken.None);

        Assert.Empty(await app.Db.QueryAsync($"""
            select 'messages' from messages where lease_until = {until}
            union all select 'sweeps' from sweeps where lease_until = {until}
            union all select 'bulk_jobs' from bulk_jobs where lease_until = {until}
            union all select 'crm_requests' from crm_requests where lease_until = {until}
            union all select 'erasures' from erasures where lease_until = {until}
            """, row => row.GetString(0), CancellationToken.None));
    }
}
