using System.Data.Common;
using System.Globalization;
using NodaTime;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Events;

/// <summary>
/// The statements of the feed. Its order is that of (turn, sequence, id). On SQLite, where one transaction follows the other, a turn is one more than the last.
/// On PostgreSQL, a turn is the number of the transaction, or that of the last one that has ended before the statement if it is higher. So an event that
/// waited for a lock stands after the event of whoever had the lock; and a transaction that is still open has no event before the oldest open number.
/// </summary>
internal sealed class FeedStore(IDbSession db)
{
    private static readonly SqlText PostgresTurn = new("""
        (select base + greatest(pg_current_xact_id()::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1) from event_turns)
        """);

    /// <summary>
    /// All transactions of this database with a number below this one have ended. PostgreSQL numbers the transactions of all databases of a server together:
    /// one that is open in another database writes no event here, so it must not hold this feed back.
    /// </summary>
    private static readonly SqlText PostgresSettled = new("""
        and e.turn < (
            select base + coalesce(
                (
                    select min(open.number::text::bigint)
                    from (select pg_snapshot_xip(pg_current_snapshot()) union all select pg_current_xact_id_if_assigned()) open(number)
                    where not exists (
                        select 1
                        from pg_stat_activity other
                        where other.backend_xid = open.number::xid and other.datname <> current_database())
                ),
                pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
            from event_turns)
        """);

    private SqlText PostgresTurnOrNull => db.Dialect.IsShared ? PostgresTurn : new SqlText("null");

    private SqlText Settled => db.Dialect.IsShared ? PostgresSettled : new SqlText("");

    /// <summary>Adds events of one company, and counts them. Call it in the transaction of their cause.</summary>
    public async Task AddAsync(IReadOnlyList<Event> events, CancellationToken ct)
    {
        if (events.Count == 0)
        {
            return;
        }

        var companyId = events[0].CompanyId;
        db.AnnounceEvents();
        var (zone, turn) = await BeginAsync(companyId, ct);
        var added = await InsertAsync(companyId, turn, [.. events.Select(one => one with { Day = Days.Of(one.At, zone) })], ct);
        await new CountStore(db).AddAsync(companyId, CountRule.Sum(added), ct);
    }

    /// <returns>The events with their flows and the positions of their steps, as they were then.</returns>
    private async Task<IEnumerable<Event>> InsertAsync(long companyId, long? turn, List<Event> events, CancellationToken ct)
    {
        var placed = await db.QueryAsync($"""
            insert into events (company_id, turn, sequence, id, type, at, flow_instance_id, flow_id, prospect_id, data, day, step)
            select {companyId}, coalesce({turn}, {PostgresTurnOrNull}), e.sequence, e.id, e.type, e.at, e.flow_instance_id,
                   coalesce(e.flow_id, (select i.flow_id from flow_instances i where i.company_id = {companyId} and i.id = e.flow_instance_id)), e.prospect_id, e.data, e.day,
                   coalesce(e.step, (
                       select s.step_order
                       from steps s
                       where s.company_id = {companyId}
                         and s.flow_id = coalesce(e.flow_id, (select i.flow_id from flow_instances i where i.company_id = {companyId} and i.id = e.flow_instance_id))
                         and s.id = e.step_id))
            from {ToTable(events)} e
            returning id, flow_id, step
            """, row => (Id: row.Integer("id"), FlowId: row.IntegerOrNull("flow_id"), Step: (int?)row.IntegerOrNull("step")), ct);
        return events.Join(placed, one => one.Id, place => place.Id, (one, place) => one with { FlowId = place.FlowId, Step = place.Step });
    }

    /// <summary>
    /// Finds the company's zone, and on SQLite the next turn. A statement of its own: one that reads the table into which it inserts makes SQLite copy all
    /// rows first. On PostgreSQL, where a statement costs much more, the zone is kept for some seconds; the event says for which day it counts.
    /// </summary>
    private async Task<(DateTimeZone Zone, long? Turn)> BeginAsync(long companyId, CancellationToken ct)
    {
        if (db.Recent?.Find<DateTimeZone>(companyId) is { } known)
        {
            return (known, null);
        }

        var (name, last) = (await db.QueryAsync($"""
            select c.time_zone, (select e.turn from events e where e.company_id = {companyId} order by e.turn desc, e.sequence desc, e.id desc limit 1) as turn
            from companies c
            where c.id = {companyId}
            """, row => (row.Text("time_zone"), row.IntegerOrNull("turn")), ct)).SingleOrDefault();
        var zone = Zones.FindOrUtc(name ?? "UTC");
        db.Recent?.Keep(companyId, zone);
        return (zone, db.Dialect.IsShared ? null : (last ?? 0) + 1);
    }

    /// <summary>Lists the events after a place, up to the first one that may still get one before it. Uses the primary key.</summary>
    public Task<List<Event>> ListAsync(long companyId, EventCursor after, int limit, CancellationToken ct) => db.QueryAsync($"""
        select e.company_id, e.turn, e.sequence, e.id, e.type, e.at, e.flow_instance_id, e.flow_id, e.prospect_id, e.data, e.day, e.step, p.crm_id
        from events e
        left join prospects p on p.company_id = e.company_id and p.id = e.prospect_id
        where e.company_id = {companyId} and (e.turn, e.sequence, e.id) > ({after.Turn}, {after.Sequence}, {after.Id}) {Settled}
        order by e.turn, e.sequence, e.id
        limit {limit}
        """, Read, ct);

    /// <returns>The place of the last event; the start if there is none. Uses the primary key.</returns>
    public async Task<EventCursor> FindEndAsync(long companyId, CancellationToken ct) => (await db.QueryAsync($"""
        select e.turn, e.sequence, e.id
        from events e
        where e.company_id = {companyId} {Settled}
        order by e.turn desc, e.sequence desc, e.id desc
        limit 1
        """, ReadCursor, ct)).SingleOrDefault();

    /// <returns>Whether there is an event up to and including this place. Uses the primary key.</returns>
    public async Task<bool> AnyUntilAsync(long companyId, EventCursor place, CancellationToken ct) => (await db.QueryAsync($"""
        select 1
        from events e
        where e.company_id = {companyId} and (e.turn, e.sequence, e.id) <= ({place.Turn}, {place.Sequence}, {place.Id})
        order by e.turn, e.sequence, e.id
        limit 1
        """, row => row.GetInt32(0), ct)).Count > 0;

    /// <summary>Deletes old events from the beginning of the feed, and never the last one. Uses the primary key.</summary>
    /// <param name="until">The last place that nobody needs any more; null means that nobody needs any.</param>
    /// <returns>How many were deleted, at most <paramref name="limit"/>.</returns>
    public async Task<int> DeleteOldAsync(long companyId, DateTimeOffset before, EventCursor? until, int limit, CancellationToken ct)
    {
        var first = await db.QueryAsync($"""
            select e.turn, e.sequence, e.id, e.at
            from events e
            where e.company_id = {companyId}
            order by e.turn, e.sequence, e.id
            limit {limit + 1}
            """, row => (Place: ReadCursor(row), At: row.Time("at")), ct);
        var old = first.SkipLast(1).TakeWhile(one => one.At < before && (until is not { } last || one.Place.CompareTo(last) <= 0)).ToList();
        return old is [.., var (last, _)]
            ? await db.ExecuteAsync($"delete from events where company_id = {companyId} and (turn, sequence, id) <= ({last.Turn}, {last.Sequence}, {last.Id})", ct)
            : 0;
    }

    /// <summary>
    /// Makes the turns of this server higher than all that are there: events that were copied or restored from another PostgreSQL server may have higher ones.
    /// Without such events it changes nothing.
    /// </summary>
    public Task RaiseTurnsAsync(CancellationToken ct) => !db.Dialect.IsShared ? Task.CompletedTask : db.ExecuteAsync($"""
        update event_turns
        set base = last.turn + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        from (select max((select max(e.turn) from events e where e.company_id = c.id)) as turn from companies c) last
        where last.turn >= base + pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        """, ct);

    private static SqlTable<Event> ToTable(IReadOnlyList<Event> events) => SqlTable.Rows(events)
        .Integer("sequence", one => one.Sequence)
        .Integer("id", one => one.Id)
        .Text("type", one => one.Type)
        .Time("at", one => one.At)
        .Integer("flow_instance_id", one => one.FlowInstanceId)
        .Integer("flow_id", one => one.FlowId)
        .Integer("prospect_id", one => one.ProspectId)
        .Integer("step", one => one.Data.Step)
        .Integer("step_id", one => one.Data.StepId is { } step ? long.Parse(step, CultureInfo.InvariantCulture) : null)
        .Integer("day", one => one.Day)
        .Text("data", one => one.Data.ToJson());

    private static EventCursor ReadCursor(DbDataReader row) => new(row.Integer("turn"), row.Integer("sequence"), row.Integer("id"));

    private static Event Read(DbDataReader row)
    {
        var (instance, flow) = (row.IntegerOrNull("flow_instance_id"), row.IntegerOrNull("flow_id"));
        var data = EventData.Read(row.Text("data")) with
        {
            FlowInstanceId = instance is { } instanceId ? WireId.Write(instanceId) : null,
            FlowId = flow is { } flowId ? WireId.Write(flowId) : null,
            CrmProspectId = row.TextOrNull("crm_id"),
        };
        return new Event(row.Integer("company_id"), row.Integer("id"), row.Text("type"), row.Time("at"), data)
        {
            Sequence = row.Integer("sequence"),
            FlowInstanceId = instance,
            FlowId = flow,
            ProspectId = row.IntegerOrNull("prospect_id"),
            Day = (int?)row.IntegerOrNull("day"),
            Step = (int?)row.IntegerOrNull("step"),
            Cursor = ReadCursor(row),
        };
    }
}
