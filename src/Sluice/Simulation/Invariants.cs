using Sluice.FlowInstances;
using Sluice.Storage;

namespace Sluice.Simulation;

/// <summary>What must hold after every commit, whosever it was, whatever was killed.</summary>
internal sealed class Invariants(Db db, SimClock clock, List<string> accepted)
{
    private static readonly HashSet<string> Pauses = [InstanceEvent.Paused, InstanceEvent.Replied, InstanceEvent.MeetingBooked, InstanceEvent.Bounced];

    private readonly Dictionary<long, Row> _seen = [];
    private readonly HashSet<long> _events = [];
    private readonly HashSet<(long Message, long Fence)> _sending = [];

    /// <exception cref="ViolationException">Something does not.</exception>
    public async Task CheckAsync()
    {
        var runs = await db.QueryAsync($"""
            select i.id, i.prospect_id, i.flow_id, i.status, i.waits_for, i.next_due_at is not null, i.finished_at is not null, i.finish_reason,
                   (select count(*) from instance_events e where e.company_id = i.company_id and e.flow_instance_id = i.id),
                   (select count(*) from todos t where t.company_id = i.company_id and t.flow_instance_id = i.id and t.status = 'OPEN' and t.kind = 'step' and not t.hidden),
                   (select count(*) from messages m where m.company_id = i.company_id and m.flow_instance_id = i.id and m.state = 'queued'),
                   (select count(*) from messages m where m.company_id = i.company_id and m.flow_instance_id = i.id and m.state in ('queued', 'sending', 'uncertain')),
                   (select count(*) from messages m where m.company_id = i.company_id and m.flow_instance_id = i.id and m.state in ('queued', 'held')),
                   (select count(*) from steps s where s.company_id = i.company_id and s.flow_id = i.flow_id),
                   i.fence
            from flow_instances i
            order by i.id
            """, row => new Row(
                row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), (FlowInstanceStatus)row.GetInt32(3), (WaitsFor)row.GetInt32(4), row.GetBoolean(5), row.GetBoolean(6), row.TextOrNull(7),
                row.GetInt64(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11), row.GetInt64(12), row.GetInt64(13), row.GetInt64(14)), default);
        foreach (var run in runs)
        {
            if (!_seen.TryGetValue(run.Id, out var before) || before != run)
            {
                CheckState(run);
                await CheckMoveAsync(run, before);
                _seen[run.Id] = run;
            }
        }

        await CheckOnceAsync();
        await CheckSendingAsync();
    }

    /// <summary>When nothing is due any more, whatever is open waits for a person to say what became of a mail.</summary>
    public async Task CheckEndAsync()
    {
        var stuck = await db.QueryAsync($"""
            select i.id, i.status, i.waits_for
            from flow_instances i
            where i.status < 3
              and not exists (select 1 from todos t where t.company_id = i.company_id and t.flow_instance_id = i.id and t.status = 'OPEN' and t.kind = 'uncertain_mail')
              and not exists (select 1 from messages m where m.company_id = i.company_id and m.flow_instance_id = i.id and m.state = 'uncertain')
            """, row => $"{row.GetInt64(0)} ({(FlowInstanceStatus)row.GetInt32(1)}, waits for {(WaitsFor)row.GetInt32(2)})", default);
        Hold(stuck.Count == 0, $"stuck when nothing is due any more: {string.Join(", ", stuck)}");
        var twice = accepted.GroupBy(id => id).FirstOrDefault(same => same.Count() > 1);
        Hold(twice is null, $"the mail server got {twice?.Key} twice");
    }

    private static void CheckState(Row run)
    {
        var isOpen = run.Status < FlowInstanceStatus.FinishedNoReply;
        Hold(isOpen == !run.IsFinished, $"{run.Id} is {run.Status} but its end says otherwise");
        Hold(isOpen || run.Status != FlowInstanceStatus.Finished || run.Reason is not null, $"{run.Id} is Finished without a reason");
        Hold(isOpen || (run.OpenSteps, run.Waiting) == (0, 0), $"{run.Id} is {run.Status} and still has {run.OpenSteps} to-dos and {run.Waiting} mails to come");
        if (run.Status == FlowInstanceStatus.Paused)
        {
            Hold((run.OpenSteps, run.Queued, run.HasDue) == (0, 0, true), $"{run.Id} is Paused, but its to-do or mail is not, or it never ends");
        }
        else if (run.Status == FlowInstanceStatus.Running)
        {
            Hold(run.WaitsFor != WaitsFor.ToDo || (run.OpenSteps == 1 && run.HasDue), $"{run.Id} waits for a to-do and has {run.OpenSteps}");
            Hold(run.WaitsFor != WaitsFor.Mail || run.UnderWay == 1, $"{run.Id} waits for its mail and has {run.UnderWay}");
            Hold(run.WaitsFor != WaitsFor.Step || run.HasDue || run.Steps == 0, $"{run.Id} waits for a step that never comes due");
        }
    }

    private async Task CheckMoveAsync(Row run, Row? was)
    {
        if (was is null)
        {
            await CheckEntryAsync(run);
            return;
        }

        Hold(was.Status < FlowInstanceStatus.FinishedNoReply || run.Status == was.Status, $"{run.Id} was {was.Status} and is {run.Status} again");
        if (run.Status != was.Status)
        {
            var all = await db.QueryAsync($"select id, kind from instance_events where flow_instance_id = {run.Id}", row => (Id: row.GetInt64(0), Kind: row.GetString(1)), default);
            var last = all.Where(one => _events.Add(one.Id)).Select(one => one.Kind).ToHashSet();
            Hold(last.Count > 0, $"{run.Id} became {run.Status} and nothing in its history says why");
            Hold((was.Status, run.Status) != (FlowInstanceStatus.Paused, FlowInstanceStatus.Running) || last.Contains(InstanceEvent.Resumed), $"{run.Id} was paused and goes on, but nobody resumed it");
            Hold(run.Status != FlowInstanceStatus.Paused || last.Overlaps(Pauses), $"{run.Id} is paused, but nothing paused it");
        }
    }

    private async Task CheckEntryAsync(Row run)
    {
        var others = await db.QueryAsync($"""
            select i.status < 3, f.id = {run.FlowId}, f.exclusive, c.multiple_flows_allowed,
                   i.finished_at is not null and i.finished_at + c.cool_off_days * 86400000 > {clock.Now}, i.id
            from flow_instances i
            join flows f on f.company_id = i.company_id and f.id = i.flow_id
            join companies c on c.id = i.company_id
            where i.prospect_id = {run.ProspectId}
            """, row => (IsOpen: row.GetBoolean(0), IsSame: row.GetBoolean(1), IsExclusive: row.GetBoolean(2), MayBeMany: row.GetBoolean(3), Rests: row.GetBoolean(4), Id: row.GetInt64(5)), default);
        others.RemoveAll(other => !_seen.ContainsKey(other.Id));
        Hold(!others.Exists(other => other.IsOpen && (other.IsSame || other.IsExclusive)), $"{run.Id} was let in beside the same or an exclusive flow");
        Hold(!others.Exists(other => other.IsOpen && !other.MayBeMany), $"{run.Id} was let in beside another flow, and the company allows one");
        Hold(!others.Exists(other => other.Rests && !other.MayBeMany), $"{run.Id} was let in while its prospect cools off");
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
        Hold(twice.Count == 0, $"done twice: {string.Join(", ", twice)}");
    }

    /// <summary>At the moment at which a mail is taken to be sent, its instance waits for it, its person wants it, and there is room for it.</summary>
    private async Task CheckSendingAsync()
    {
        var taken = await db.QueryAsync($"""
            select m.id, m.fence, i.status = 1 and i.waits_for = 2 and not p.opted_out, m.message_id
            from messages m
            join flow_instances i on i.company_id = m.company_id and i.id = m.flow_instance_id
            join prospects p on p.company_id = m.company_id and p.id = m.prospect_id
            where m.state = 'sending'
            """, row => (Id: row.GetInt64(0), Fence: row.GetInt64(1), IsWanted: row.GetBoolean(2), MessageId: row.GetString(3)), default);
        foreach (var mail in taken.Where(mail => _sending.Add((mail.Id, mail.Fence))))
        {
            Hold(mail.IsWanted, $"{mail.MessageId} leaves, though its instance does not wait for it any more");
            var broken = await new SendingInvariant(db).WhichBrokeAsync(mail.Id);
            Hold(broken is null, $"{mail.MessageId} leaves beyond {broken}");
        }
    }

    private static void Hold(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ViolationException(otherwise);
        }
    }

    private sealed record Row(
        long Id, long ProspectId, long FlowId, FlowInstanceStatus Status, WaitsFor WaitsFor, bool HasDue, bool IsFinished, string? Reason, long Events, long OpenSteps, long Queued,
        long UnderWay, long Waiting, long Steps, long Fence);

}

internal sealed class ViolationException(string what) : Exception(what);
