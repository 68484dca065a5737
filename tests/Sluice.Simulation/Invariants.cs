using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

using static Sluice.Simulation.ViolationException;

namespace Sluice.Simulation;

/// <summary>Checks what must hold after every commit, whoever made it and whichever worker was killed.</summary>
internal sealed class Invariants(Db db, SimClock clock, SimMailServer server, SimReceiver receiver, long companyId)
{
    private readonly Dictionary<long, InstanceSnapshot> _seen = [];
    private readonly HistoryInvariant _history = new(db);
    private readonly SendingInvariant _sending = new(db);
    private readonly EventInvariant _events = new(db, companyId);
    private readonly CountInvariant _counts = new(db, companyId);
    private readonly KeyInvariant _keys = new(db);
    private readonly MailboxInvariant _mailbox = new(db);

    /// <exception cref="ViolationException">An invariant is broken.</exception>
    public async Task CheckAsync()
    {
        var runs = await InstanceSnapshot.ListAsync(db);
        await CheckErasedAsync(runs);
        foreach (var run in runs)
        {
            var was = _seen.GetValueOrDefault(run.Id);
            if (was != run)
            {
                run.Check();
                await CheckMoveAsync(run, was);
                await _history.CheckAsync(run, was);
                _seen[run.Id] = run;
            }
        }

        await CheckPeopleAsync();
        await CheckOnceAsync();
        await _sending.CheckAsync();
        await _events.CheckAsync(runs);
        await _counts.CheckAsync();
        await _keys.CheckAsync();
        await _mailbox.CheckAsync();
        Require(receiver.Fault is null, receiver.Fault ?? "");
    }

    /// <summary>Checks the end, when nothing is due any more: each open instance must wait for a person to say whether a mail was sent.</summary>
    public async Task CheckEndAsync()
    {
        await CheckAsync();
        var stuck = _seen.Values.Where(run => run.IsOpen && run is not { WaitsFor: WaitsFor.Mail, Uncertain: > 0, Asks: > 0 }).ToList();
        Require(stuck.Count == 0, $"stuck when nothing is due any more: {string.Join(", ", stuck.Select(run => $"{run.Id} ({run.Status}, waits for {run.WaitsFor})"))}");
        await _events.CheckEndAsync();
        await receiver.CheckEndAsync();
        await CheckBlameAsync();
        await _counts.CheckEndAsync(_seen.Values.ToList());
        Require(_seen.Values.All(run => run.Waiting == 0), "a mail still waits although nothing is due any more");
    }

    /// <summary>Checks that no refusal because of a policy counts against an address.</summary>
    private async Task CheckBlameAsync()
    {
        var blamed = await db.QueryAsync($"select flow_instance_id from instance_events where kind = {InstanceEvent.Bounced} and detail like {$"%{SimMail.Blocked}%"}", row => row.GetInt64(0), default);
        Require(blamed.Count == 0, $"the mail server refused mail because of a policy, and the address was blamed in {string.Join(", ", blamed)}");
    }

    /// <summary>Checks that an instance is gone only with its prospect, its mail and its tasks.</summary>
    private async Task CheckErasedAsync(List<InstanceSnapshot> runs)
    {
        foreach (var gone in _seen.Keys.Except(runs.Select(run => run.Id)).ToList())
        {
            var left = await db.QueryAsync($"""
                select 'mail' from messages where flow_instance_id = {gone}
                union all select 'a task' from todos where flow_instance_id = {gone}
                union all select 'its ledger' from step_ledger where flow_instance_id = {gone}
                union all select 'words in its history' from instance_events where flow_instance_id = {gone} and detail is not null
                """, row => row.GetString(0), default);
            Require(left.Count == 0, $"{gone} was erased, but there is still {string.Join(", ", left)}");
            _seen.Remove(gone);
        }
    }

    private async Task CheckMoveAsync(InstanceSnapshot run, InstanceSnapshot? was)
    {
        if (was is null)
        {
            await CheckEntryAsync(run);
        }
        else if (!was.IsOpen)
        {
            Require(run.Status == was.Status && run.Reason == was.Reason, $"{run.Id} ended as {was.Status}, but changed to {run.Status} ({run.Reason})");
            Require((run.Begun, run.ToDos, run.Mails) == (was.Begun, was.ToDos, was.Mails), $"{run.Id} ended as {was.Status}, but then got a step, a task or a mail");
        }
    }

    private async Task CheckEntryAsync(InstanceSnapshot run)
    {
        var others = await db.QueryAsync($"""
            select {InstanceStatuses.IsOpen("i")}, f.id = {run.FlowId}, f.exclusive, c.multiple_flows_allowed,
                   i.finished_at is not null and i.finished_at + c.cool_off_days * 86400000 > {clock.Now}, i.id
            from flow_instances i
            join flows f on f.company_id = i.company_id and f.id = i.flow_id
            join companies c on c.id = i.company_id
            where i.prospect_id = {run.ProspectId}
            """, row => (IsOpen: row.GetBoolean(0), IsSame: row.GetBoolean(1), IsExclusive: row.GetBoolean(2), MayBeMany: row.GetBoolean(3), Rests: row.GetBoolean(4), Id: row.GetInt64(5)), default);
        others.RemoveAll(other => !_seen.ContainsKey(other.Id));
        Require(!others.Exists(other => other.IsOpen && (other.IsSame || other.IsExclusive)), $"{run.Id} was assigned beside the same flow or an exclusive one");
        Require(!others.Exists(other => other.IsOpen && !other.MayBeMany), $"{run.Id} was assigned beside another flow, but the company allows one");
        Require(!others.Exists(other => other.Rests && !other.MayBeMany), $"{run.Id} was assigned during the cool-off of its prospect");
    }

    /// <summary>Checks that no deleted or opted-out prospect has an open instance.</summary>
    private async Task CheckPeopleAsync()
    {
        var left = await db.QueryAsync($"""
            select i.id
            from flow_instances i
            join prospects p on p.company_id = i.company_id and p.id = i.prospect_id
            where {InstanceStatuses.IsOpen("i")} and (p.opted_out or p.deleted_at is not null)
            """, row => row.GetInt64(0), default);
        Require(left.Count == 0, $"{string.Join(", ", left)}: still open, although the prospect has opted out or is deleted");
        var stopped = await db.QueryAsync($"""
            select i.id
            from flow_instances i
            join prospects p on p.company_id = i.company_id and p.id = i.prospect_id
            join suppressions s on s.company_id = p.company_id and s.address_key = p.email_key and s.lifted_at is null
            where {InstanceStatuses.IsOpen("i")} and s.kind in ('opted_out', 'unsubscribed', 'do_not_contact', 'call_opt_out', 'complaint')
            """, row => row.GetInt64(0), default);
        Require(stopped.Count == 0, $"{string.Join(", ", stopped)}: still open, although the owner of the address has opted out");
    }

    private async Task CheckOnceAsync()
    {
        var twice = await db.QueryAsync($"""
            select l.flow_instance_id, l.step_id
            from step_ledger l
            group by l.company_id, l.flow_instance_id, l.step_id
            having count(*) < (select count(*) from todos t where t.company_id = l.company_id and t.flow_instance_id = l.flow_instance_id and t.step_id = l.step_id and t.kind = 'step')
                            + (select count(*) from messages m where m.company_id = l.company_id and m.flow_instance_id = l.flow_instance_id and m.step_id = l.step_id and m.state <> 'failed')
            """, row => $"step {row.GetInt64(1)} of {row.GetInt64(0)}", default);
        Require(twice.Count == 0, $"done twice: {string.Join(", ", twice)}");
        Require(server.Twice is null, $"the mail server got {server.Twice} twice");
    }
}

internal sealed class ViolationException(string what) : Exception(what)
{
    public static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ViolationException(otherwise);
        }
    }
}
