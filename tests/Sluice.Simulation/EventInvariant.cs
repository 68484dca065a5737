using Sluice.Engine.Events;
using Sluice.Engine.Storage;

using static Sluice.Simulation.ViolationException;

namespace Sluice.Simulation;

/// <summary>
/// Checks the feed after every commit: each change of an instance's status has exactly one event, and the numbers of an instance's events have no gap. An
/// event is there only with its cause, because the cause counts it.
/// </summary>
internal sealed class EventInvariant(Db db, long companyId)
{
    private readonly Dictionary<long, (long Sequence, string Status)> _last = [];
    private EventCursor _place = EventCursor.Start;

    /// <param name="runs">All instances.</param>
    public async Task CheckAsync(List<InstanceSnapshot> runs)
    {
        await CheckNewAsync();
        foreach (var run in runs)
        {
            var last = _last.GetValueOrDefault(run.Id);
            Require((last.Sequence, last.Status) == (run.EventCount, $"{run.Status}"), $"{run.Id} is {run.Status} after {run.EventCount} events, but event {last.Sequence} says {last.Status}");
        }
    }

    /// <summary>Checks at the end that the history has each event of an instance, and that the feed tells of each task that is closed and of each mail.</summary>
    public async Task CheckEndAsync()
    {
        var alone = await db.QueryAsync($"""
            select e.id
            from events e
            where e.sequence > 0 and not exists (select 1 from instance_events h where h.company_id = e.company_id and h.flow_instance_id = e.flow_instance_id and h.id = e.id)
            """, row => row.GetInt64(0), default);
        Require(alone.Count == 0, $"events without a cause: {string.Join(", ", alone)}");
        var tasks = await db.QueryAsync($"""
            select t.status, count(*), (select count(*) from events e where e.type = case t.status when 'DONE' then 'task.done' else 'task.dismissed' end)
            from todos t
            where t.status <> 'OPEN'
            group by t.status
            """, row => (Status: row.GetString(0), Count: row.GetInt64(1), Told: row.GetInt64(2)), default);
        Require(tasks.TrueForAll(one => one.Told >= one.Count), $"of tasks, the feed does not tell all: {string.Join(", ", tasks)}"); // More only if tasks were erased.
        var mails = await db.QueryAsync($"""
            select m.id
            from messages m
            where m.state = 'failed' and not exists (select 1 from events e where e.company_id = m.company_id and e.flow_instance_id = m.flow_instance_id and e.type = 'message.failed')
               or m.state = 'uncertain' and not exists (select 1 from events e where e.company_id = m.company_id and e.flow_instance_id = m.flow_instance_id and e.type = 'message.uncertain')
               or m.state = 'sent' and not exists (select 1 from events e where e.company_id = m.company_id and e.flow_instance_id = m.flow_instance_id and e.type = 'message.sent')
            """, row => row.GetInt64(0), default);
        Require(mails.Count == 0, $"the feed does not tell of mail {string.Join(", ", mails)}");
    }

    /// <summary>Reads on as a client does, and checks that the events of each instance follow from each other.</summary>
    private async Task CheckNewAsync()
    {
        for (EventPage page; ; _place = page.Next)
        {
            page = await new EventFeed(db).ReadAsync(companyId, _place, EventFilter.All, 100, default);
            foreach (var one in page.Events.Where(one => one.Sequence > 0))
            {
                var before = _last.GetValueOrDefault(one.FlowInstanceId!.Value);
                Require(one.Sequence == before.Sequence + 1, $"event {one.Id} of {one.FlowInstanceId} has the number {one.Sequence} after {before.Sequence}");
                Require(one.Data.OldStatus == before.Status, $"event {one.Id} says that {one.FlowInstanceId} was {one.Data.OldStatus}, but it was {before.Status}");
                _last[one.FlowInstanceId.Value] = (one.Sequence, one.Data.Status!);
            }

            if (!page.HasMore)
            {
                _place = page.Next;
                return;
            }
        }
    }
}
