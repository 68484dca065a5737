using System.Runtime.CompilerServices;
using Sluice.Engine.Crm;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Support;

/// <summary>
/// Creates work for every background loop, all for one company: bulk assignments, an upload, steps, mail, and a deleted flow's instances to end.
/// <see cref="HoldAsync"/> stops it half-way: workers begin and lease or lock all of it, but cannot finish any of it.
/// </summary>
internal sealed class BackgroundWork(TestApp app, Tenant tenant, Flow mailFlow, Flow goneFlow)
{
    private const int Jobs = 3;
    private const int RowsOfJob = 30;
    private const int Lines = 1500;
    private const int Steps = 200;
    private const int Mails = 3;

    public static async Task<BackgroundWork> OfAsync(TestApp app)
    {
        var tenant = await app.HasTenantAsync("Busy");
        await app.HasStepAsync(tenant.Flow);
        var (mail, gone) = (await app.HasMailFlowAsync(of: tenant), await app.HasFlowAsync("Gone", of: tenant));
        await app.HasProspectsAsync(Jobs * RowsOfJob, "bulk", of: tenant);
        await app.HasInstancesAsync(Steps, "step", of: tenant);
        await app.HasInstancesAsync(Steps, "gone", flow: gone, of: tenant);
        for (var i = 0; i < Mails; i++)
        {
            await app.HasProspectWithEmailAsync($"mail{i}", of: tenant);
            await app.HasInstanceAsync($"mail{i}", mail, of: tenant);
        }

        return new BackgroundWork(app, tenant, mail, gone);
    }

    /// <summary>Creates all the work in one transaction. No server needs to run.</summary>
    public Task<int> BeginAsync(Db db) => db.InTransactionAsync(
        async tx =>
        {
            var ids = new IdMaker(app.Clock) { Range = new IdRange(IdRange.MaxNode, app.Clock.GetUtcNow(), app.Clock.GetUtcNow().AddDays(1)) };
            for (var job = 0; job < Jobs; job++)
            {
                await new BulkStore(tx).AddAsync(
                    new BulkJob(tenant.Id, $"{Guid.Empty}{job}", tenant.Flow.Id, tenant.User.Id, 1, "bulk", BulkJobStatus.Pending, app.Clock.GetUtcNow()),
                    [.. Enumerable.Range(job * RowsOfJob, RowsOfJob).Select(row => new BulkProspect(null, null, null, null, null, $"bulk{row}", null, null))],
                    CancellationToken.None);
            }

            Assert.True(await new CrmIntegrationStore(tx).AddAsync(new CrmIntegration(tenant.Id, 1, "Own", TestApp.RepEmail, app.Clock.GetUtcNow()), CancellationToken.None));
            await UploadAsync(tx, new CrmRequest(tenant.Id, 1, "up", 1, CrmObjectType.Lead, CrmRequest.Receiving, [], 0, 0, 0));
            await new SweepStore(tx).AddAsync(ids, tenant.Id, FinishReason.FlowDeleted, goneFlow.Id, app.Clock.GetUtcNow(), CancellationToken.None);
            return await tx.ExecuteAsync(
                $"update flow_instances set next_due_at = 1 where company_id = {tenant.Id} and flow_id in ({tenant.Flow.Id}, {mailFlow.Id}) and waits_for = {(long)WaitsFor.Step}", CancellationToken.None);
        },
        CancellationToken.None);

    /// <summary>Keeps workers from finishing meanwhile: locks the tables that loops write last, and the prospects that a bulk row reads first.</summary>
    public Task<T> HoldAsync<T>(Db db, Func<Task<T>> meanwhile) => db.InTransactionAsync(
        async tx =>
        {
            await tx.ExecuteAsync($"lock table step_ledger, crm_objects in share mode", CancellationToken.None);
            await tx.QueryAsync($"select id from prospects where company_id = {tenant.Id} and crm_id like 'bulk%' for update", row => 0, CancellationToken.None);
            return await meanwhile();
        },
        CancellationToken.None);

    public Task<bool> IsBegunAsync(Db db) => AllAsync(db, $"""
        select exists (select 1 from bulk_jobs where company_id = {tenant.Id} and status = 'IN_PROGRESS'),
               exists (select 1 from crm_requests where company_id = {tenant.Id} and status = 'IN_PROGRESS'),
               exists (select 1 from pg_locks where relation = 'step_ledger'::regclass and not granted)
        """);

    public Task<bool> IsDoneAsync(Db db) => AllAsync(db, $"""
        select not exists (select 1 from bulk_jobs where company_id = {tenant.Id} and status <> 'COMPLETED'),
               not exists (select 1 from crm_requests where company_id = {tenant.Id} and status <> 'DONE'),
               not exists (select 1 from flow_instances where company_id = {tenant.Id} and next_due_at = 1),
               not exists (select 1 from messages where company_id = {tenant.Id} and state in ('queued', 'sending')),
               not exists (select 1 from sweeps where company_id = {tenant.Id})
        """);

    /// <summary>Ends the lease of all work that was claimed once, as if its time were over. Skips rows that are locked.</summary>
    public static async Task EndLeasesAsync(Db db)
    {
        foreach (var (table, which) in (IEnumerable<(string, string)>)
            [("bulk_jobs", "t.status = 'IN_PROGRESS'"), ("crm_requests", "t.status = 'IN_PROGRESS'"), ("messages", "t.state = 'sending'"), ("sweeps", "t.lease_until > 0")])
        {
            await db.ExecuteAsync(
                $"update {new SqlText(table)} set lease_until = 0 where ctid in (select t.ctid from {new SqlText(table)} t where t.fence = 1 and {new SqlText(which)} for update skip locked)",
                CancellationToken.None);
        }
    }

    /// <summary>Checks that everything was done exactly once, whichever worker began it and whichever finished it.</summary>
    public async Task VerifyAsync()
    {
        var bulk = await RowsAsync("i.crm_prospect_id like 'bulk%'", InstanceEvent.Assigned);
        Assert.Equal(Jobs * RowsOfJob, bulk.Count);
        Assert.All(bulk, row => Assert.Equal(1, row.Events));
        Assert.Equal([(long)bulk.Count], await OneAsync(app.Db, $"select count(*) from bulk_items where company_id = {tenant.Id} and status = 'ASSIGNED'"));
        Assert.Equal([(long)Lines], await OneAsync(app.Db, $"select success_count from crm_requests where company_id = {tenant.Id} and error_count = 0"));
        Assert.Equal([(long)Lines], await OneAsync(app.Db, $"select count(*) from crm_objects where company_id = {tenant.Id}"));

        var begun = await RowsAsync("i.crm_prospect_id like 'step%'", InstanceEvent.StepBegun);
        Assert.Equal(Steps, begun.Count);
        Assert.All(begun, row => Assert.Equal((WaitsFor.ToDo, 1, 1, 1), (row.WaitsFor, row.Events, row.Begun, row.ToDos)));
        var gone = await RowsAsync($"i.crm_prospect_id like 'gone%' and {InstanceStatuses.IsEnded("i").Value}", FinishReason.FlowDeleted.Word());
        Assert.Equal(Steps, gone.Count);
        Assert.All(gone, row => Assert.Equal(1, row.Events));
        Assert.Equal(Enumerable.Repeat((long)MessageState.Sent, Mails), (await MailAsync("mail")).Select(state => (long)state));
    }

    /// <summary>The states of all mail to addresses with this prefix.</summary>
    public async Task<List<MessageState>> MailAsync(string prefix) => await app.Db.QueryAsync(
        $"select state from messages where company_id = {tenant.Id} and recipient like {prefix + "%"}", row => Enum.Parse<MessageState>(row.GetString(0), ignoreCase: true), CancellationToken.None);

    /// <summary>Adds an instance whose first mail is due now.</summary>
    public Task<Run> HasDueMailAsync(string crmId) => app.HasDueInstanceAsync(crmId, mailFlow, of: tenant);

    private Task<List<(WaitsFor WaitsFor, long Events, long Begun, long ToDos)>> RowsAsync(string which, string kind) => app.Db.QueryAsync(
        $"""
        select i.waits_for,
               (select count(*) from instance_events e where e.company_id = i.company_id and e.flow_instance_id = i.id and e.kind = {kind}),
               (select count(*) from step_ledger l where l.company_id = i.company_id and l.flow_instance_id = i.id),
               (select count(*) from todos t where t.company_id = i.company_id and t.flow_instance_id = i.id)
        from flow_instances i
        where i.company_id = {tenant.Id} and {new SqlText(which)}
        """,
        row => ((WaitsFor)row.GetInt32(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)),
        CancellationToken.None);

    private static Task<List<long>> OneAsync(Db db, [InterpolatedStringHandlerArgument(nameof(db))] Sql sql) => db.QueryAsync(sql, row => row.GetInt64(0), CancellationToken.None);

    private static async Task<bool> AllAsync(Db db, [InterpolatedStringHandlerArgument(nameof(db))] Sql sql) => (await db.QueryAsync(
        sql, row => Enumerable.Range(0, row.FieldCount).All(row.GetBoolean), CancellationToken.None)).Single();

    private async Task UploadAsync(IDbSession tx, CrmRequest upload)
    {
        var requests = new CrmRequestStore(tx);
        await requests.AddAsync(upload, app.Clock.GetUtcNow(), app.Clock.GetUtcNow(), CancellationToken.None);
        List<CrmLine> lines = [.. Enumerable.Range(1, Lines).Select(line => new CrmLine(
            line, $$"""{"objectId":"up{{line}}","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"up{{line}}@example.com","firstName":"U","lastName":"P"}"""))];
        await requests.AddLinesAsync(upload, lines, app.Clock.GetUtcNow(), CancellationToken.None);
        Assert.True(await requests.MarkReceivedAsync(upload, CancellationToken.None));
    }
}
