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
                row.GetInt64(0),
                row.GetInt64(1),
                row.Time(2),
                InstanceEvent.ReadKind(row.GetString(3)),
                new Actor(row.GetInt64(4), row.IntegerOrNull(5), row.TextOrNull(6), row.IntegerOrNull(7)),
                row.TextOrNull(8)), ct);
        events.Reverse();
        return events;
    }

    /// <summary>
    /// Finds the newest open task, hidden ones too. It prefers the step's task if the instance waits for it, else a task that an event created.
    /// The newest is not always the right one: under <c>continue</c>, a meeting adds a newer task, and closing that one does not move the
    /// instance. Index todos_open.
    /// </summary>
    public async Task<OpenToDo?> FindToDoAsync(long companyId, long flowInstanceId, bool ofStep, CancellationToken ct) => (await db.QueryAsync($"""
        select id, user_id, kind, action, due_at
        from todos
        where company_id = {companyId} and flow_instance_id = {flowInstanceId} and status = 'OPEN'
        order by case when kind = {TaskKind.Step.Word()} then {(ofStep ? 0 : 1)} else {(ofStep ? 1 : 0)} end, id desc
        limit 1
        """, row => new OpenToDo(row.GetInt64(0), row.GetInt64(1), TaskKinds.Parse(row.GetString(2)), row.GetString(3), row.Time(4)), ct)).SingleOrDefault();

    /// <summary>Finds the newest message. Index messages_step.</summary>
    public async Task<Message?> FindMailAsync(long companyId, long flowInstanceId, CancellationToken ct) => (await db.QueryAsync($"""
        select {MessageStore.Columns}
        from messages m
        where m.company_id = {companyId} and m.flow_instance_id = {flowInstanceId}
        order by m.id desc
        limit 1
        """, MessageStore.Read, ct)).SingleOrDefault();
}

internal sealed record OpenToDo(long Id, long UserId, TaskKind Kind, string Action, DateTimeOffset DueAt);
