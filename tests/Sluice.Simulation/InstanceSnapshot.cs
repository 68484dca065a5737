using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

using static Sluice.Simulation.ViolationException;

namespace Sluice.Simulation;

/// <summary>An instance after a commit, with counts of its tasks, mails, events and ledger rows.</summary>
/// <param name="OpenSteps">Open tasks of steps that are not hidden.</param>
/// <param name="OpenOthers">Other tasks that must be closed when the instance ends: all but those that ask a person to answer a reply or a meeting.</param>
/// <param name="Asks">Open tasks that ask whether a mail was sent.</param>
/// <param name="UnderWay">Mails without a final outcome: queued, sending and uncertain.</param>
/// <param name="Waiting">Mails that are not being sent yet: queued and held.</param>
/// <param name="Begun">Steps ever begun or skipped; <paramref name="ToDos"/> and <paramref name="Mails"/> count all that were ever made.</param>
internal sealed record InstanceSnapshot(
    long Id, long ProspectId, long FlowId, InstanceStatus Status, WaitsFor WaitsFor, bool HasDue, bool IsFinished, FinishReason? Reason, long Events, long OpenSteps,
    long OpenOthers, long Asks, long Queued, long Uncertain, long UnderWay, long Waiting, long Begun, long ToDos, long Mails, long Fence, long EventCount)
{
    public bool IsOpen => Status < InstanceStatus.FinishedNoReply;

    public static async Task<List<InstanceSnapshot>> ListAsync(Db db)
    {
        var runs = await db.QueryAsync($"""
            select i.id, i.prospect_id, i.flow_id, i.status, i.waits_for, i.next_due_at is not null, i.finished_at is not null, i.finish_reason, i.fence,
                   (select count(*) from instance_events e where e.company_id = i.company_id and e.flow_instance_id = i.id),
                   (select count(*) from step_ledger l where l.company_id = i.company_id and l.flow_instance_id = i.id),
                   i.event_count
            from flow_instances i
            order by i.id
            """, row => new InstanceSnapshot(
                row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), (InstanceStatus)row.GetInt32(3), (WaitsFor)row.GetInt32(4), row.GetBoolean(5), row.GetBoolean(6), row.TextOrNull(7) is { } reason ? FinishReasons.Parse(reason) : null,
                row.GetInt64(9), 0, 0, 0, 0, 0, 0, 0, row.GetInt64(10), 0, 0, row.GetInt64(8), row.GetInt64(11)), default);
        var todos = await CountAsync(db, "todos", "case when status = 'OPEN' then case when kind = 'step' and hidden then 'hidden' else kind end else 'closed' end");
        var mails = await CountAsync(db, "messages", "state");
        return runs.ConvertAll(run => run.With(todos[run.Id].ToDictionary(), mails[run.Id].ToDictionary()));
    }

    /// <exception cref="ViolationException">The instance contradicts itself.</exception>
    public void Check()
    {
        Require(IsOpen == !IsFinished, $"{Id} is {Status}, but its finish time says otherwise");
        Require(IsOpen || (OpenSteps, OpenOthers, Waiting) == (0, 0, 0), $"{Id} is {Status}, but still has {OpenSteps + OpenOthers} open tasks and {Waiting} unsent mails");
        switch (Status)
        {
            case InstanceStatus.Pending:
                Require(HasDue, $"{Id} is Pending, but never comes due");
                break;
            case InstanceStatus.Paused:
                Require((OpenSteps, Queued, HasDue) == (0, 0, true), $"{Id} is Paused, but its task or mail is not, or the pause never ends");
                break;
            case InstanceStatus.Running:
                Require(WaitsFor != WaitsFor.Pause, $"{Id} is Running, but waits for somebody to resume it");
                Require(WaitsFor != WaitsFor.Step || HasDue, $"{Id} waits for a step that never comes due");
                Require(OpenSteps == (WaitsFor == WaitsFor.ToDo ? 1 : 0) && (WaitsFor != WaitsFor.ToDo || HasDue), $"{Id} waits for {WaitsFor}, but has {OpenSteps} open tasks or no due time");
                Require(WaitsFor != WaitsFor.Mail || UnderWay == 1, $"{Id} waits for one mail, but has {UnderWay} without an outcome");
                Require(WaitsFor != WaitsFor.Mail || Uncertain == 0 || Asks > 0, $"{Id} waits for a mail that is uncertain, but no task asks about it");
                break;
        }
    }

    private static async Task<ILookup<long, KeyValuePair<string, long>>> CountAsync(Db db, string table, string by) => (await db.QueryAsync(
        $"select flow_instance_id, {new SqlText(by)}, count(*) from {new SqlText(table)} group by 1, 2",
        row => (Id: row.GetInt64(0), By: row.GetString(1), Count: row.GetInt64(2)),
        default)).ToLookup(one => one.Id, one => KeyValuePair.Create(one.By, one.Count));

    private InstanceSnapshot With(Dictionary<string, long> todos, Dictionary<string, long> mails)
    {
        long Sum(Dictionary<string, long> of, params string[] kinds) => kinds.Sum(kind => of.GetValueOrDefault(kind));

        return this with
        {
            OpenSteps = Sum(todos, "step"),
            OpenOthers = Sum(todos, "hidden", "bounced", "uncertain_mail"),
            Asks = Sum(todos, "uncertain_mail"),
            Queued = Sum(mails, "queued"),
            Uncertain = Sum(mails, "uncertain"),
            UnderWay = Sum(mails, "queued", "sending", "uncertain"),
            Waiting = Sum(mails, "queued", "held"),
            ToDos = todos.Values.Sum(),
            Mails = mails.Values.Sum(),
        };
    }
}
