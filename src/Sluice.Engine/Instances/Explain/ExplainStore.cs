using Sluice.Engine.Mail;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Instances.Explain;

/// <summary>Reads what the database knows about one instance besides its own row. Never writes.</summary>
internal sealed class ExplainStore(Db db)
{
    public const int MaxEvents = 1_000;

    /// <summary>
    /// Lists the newest events, oldest first. It returns one more than <see cref="MaxEvents"/>, so that the caller sees that the list is cut.
    /// Primary key.
    /// </summary>
    public async Task<List<InstanceEvent>> ListEventsAsync(long companyId, long flowInstanceId, CancellationToken ct)
    {
        var events = await db.QueryAsync($"""
            select id, flow_instance_id, at, kind, company_id, api_key_id, request_id, user_id, detail
            from instance_events
            where company_id = {companyId} and flow_instance_id = {flowInstanceId}
            order by id desc
            limit {MaxEvents + 1}
            """, row => new InstanceEvent(
                row.Integer("id"),
                row.Integer("flow_instance_id"),
                row.Time("at"),
                InstanceEvent.ReadKind(row.Text("kind")),
                new Actor(row.Integer("company_id"), row.IntegerOrNull("api_key_id"), row.TextOrNull("request_id"), row.IntegerOrNull("user_id")),
                row.TextOrNull("detail")), ct);
        events.Reverse();
        return events;
    }

    /// <summary>
    /// Finds the newest open task, hidden ones too. It prefers the step's task if the instance waits for it, else a task that an event created.
    /// The newest is not always the right one: under <c>continue</c>, a meeting adds a newer task, and closing that one does not move the
    /// instance. Index todos_open.
    /// </summary>
    public async Task<ToDo?> FindToDoAsync(long companyId, long flowInstanceId, bool ofStep, CancellationToken ct) => (await db.QueryAsync($"""
        select {ToDoStore.Columns}
        from todos t
        where t.company_id = {companyId} and t.flow_instance_id = {flowInstanceId} and t.status = 'OPEN'
        order by case when t.kind = {TaskKind.Step.Word()} then {(ofStep ? 0 : 1)} else {(ofStep ? 1 : 0)} end, t.id desc
        limit 1
        """, ToDoStore.Read, ct)).SingleOrDefault();

    /// <summary>Finds the newest mail of a step: the instance does not wait for answers. Index messages_step.</summary>
    public async Task<Message?> FindMailAsync(long companyId, long flowInstanceId, CancellationToken ct) => (await db.QueryAsync($"""
        select {MessageStore.Columns}
        from messages m
        where m.company_id = {companyId} and m.flow_instance_id = {flowInstanceId} and m.answers is null
        order by m.id desc
        limit 1
        """, MessageStore.Read, ct)).SingleOrDefault();
}
