using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Events;

/// <summary>
/// The counts that are kept. On PostgreSQL, a transaction takes a slot of its company until it ends, and no other transaction has the same one: so nobody
/// waits for the row of a busy flow, and two transactions that count the same things in another order cannot wait for each other. Alone, it gets slot 0.
/// </summary>
internal sealed class CountStore(IDbSession db)
{
    /// <summary>Three years, to compare a season with the same one of two years before.</summary>
    public const int DaysKept = 1100;

    private static readonly SqlText Columns = new("""
        assigned, entered, done, sent, replied, meetings, bounced, opted_out, complaints, removed, finished, tasks_done
        """);

    private static readonly SqlText Sums = new("""
        sum(c.assigned) as assigned, sum(c.entered) as entered, sum(c.done) as done, sum(c.sent) as sent, sum(c.replied) as replied, sum(c.meetings) as meetings,
        sum(c.bounced) as bounced, sum(c.opted_out) as opted_out, sum(c.complaints) as complaints, sum(c.removed) as removed, sum(c.finished) as finished,
        sum(c.tasks_done) as tasks_done
        """);

    /// <summary>Takes a slot once for a statement, by the function of migration 0044, which the triggers of open_counts use too.</summary>
    private SqlText Begins => new(db.Dialect.IsShared ? "(select count_slot(" : "(0 *");

    private SqlText Ends => new(db.Dialect.IsShared ? "))" : ")");

    public Task AddAsync(long companyId, Dictionary<CountKey, EventCounts> counts, CancellationToken ct) => counts.Count == 0 ? Task.CompletedTask : db.ExecuteAsync($"""
        insert into event_counts (company_id, day, flow_id, step, owner_id, slot, {Columns})
        select {companyId}, c.day, c.flow_id, c.step, c.owner_id, {Begins} {companyId} {Ends}, {Columns}
        from {ToTable([.. counts]).OneByOne()} c
        where true
        on conflict (company_id, day, flow_id, step, owner_id, slot) do update
        set assigned = event_counts.assigned + excluded.assigned,
            entered = event_counts.entered + excluded.entered,
            done = event_counts.done + excluded.done,
            sent = event_counts.sent + excluded.sent,
            replied = event_counts.replied + excluded.replied,
            meetings = event_counts.meetings + excluded.meetings,
            bounced = event_counts.bounced + excluded.bounced,
            opted_out = event_counts.opted_out + excluded.opted_out,
            complaints = event_counts.complaints + excluded.complaints,
            removed = event_counts.removed + excluded.removed,
            finished = event_counts.finished + excluded.finished,
            tasks_done = event_counts.tasks_done + excluded.tasks_done
        """, ct);

    /// <summary>Adds up the counts of some days. Of what is not asked for, the key has 0. Uses the primary key; for one flow, index event_counts_flow.</summary>
    public Task<List<(CountKey Key, EventCounts Counts)>> ListAsync(long companyId, CountFilter filter, CountGroups by, int limit, CancellationToken ct)
    {
        var (byFlow, byStep, byOwner) = (by.HasFlag(CountGroups.Flow), by.HasFlag(CountGroups.Step), by.HasFlag(CountGroups.Owner));
        var (byDay, byWeek) = (by.HasFlag(CountGroups.Day), by.HasFlag(CountGroups.Week));
        return db.QueryAsync($"""
            select case when {byDay} then c.day when {byWeek} then c.day - (c.day + 3) % 7 else 0 end as day_key,
                   case when {byFlow} then c.flow_id else 0 end as flow_key,
                   case when {byStep} then c.step else 0 end as step_key,
                   case when {byOwner} then c.owner_id else 0 end as owner_key,
                   {Sums}
            from event_counts c
            where c.company_id = {companyId} and c.day >= {filter.From} and c.day <= {filter.To} and {FlowIs(filter)} {filter.FlowId ?? 0}
              and ({filter.OwnerId} is null or c.owner_id = {filter.OwnerId})
            group by 1, 2, 3, 4
            order by 1, 2, 3, 4
            limit {limit}
            """, Read, ct);
    }

    /// <returns>The first day with counts; null: there are none. Uses the primary key.</returns>
    public async Task<int?> FindFirstDayAsync(long companyId, CancellationToken ct) => (await db.QueryAsync($"""
        select c.day
        from event_counts c
        where c.company_id = {companyId}
        order by c.day
        limit 1
        """, row => (int?)row.Int("day"), ct)).SingleOrDefault();

    /// <summary>Deletes what is older than counts are kept. Uses the primary key.</summary>
    public Task<int> DeleteBeforeAsync(long companyId, int day, CancellationToken ct) =>
        db.ExecuteAsync($"delete from event_counts where company_id = {companyId} and day < {day}", ct);

    /// <summary>Another text for one flow: each has the plan that suits it.</summary>
    private static SqlText FlowIs(CountFilter filter) => new(filter.FlowId is null ? "0 =" : "c.flow_id =");

    private static SqlTable<KeyValuePair<CountKey, EventCounts>> ToTable(IReadOnlyList<KeyValuePair<CountKey, EventCounts>> counts) => SqlTable.Rows(counts)
        .Integer("day", one => one.Key.Day)
        .Integer("flow_id", one => one.Key.FlowId)
        .Integer("step", one => one.Key.Step)
        .Integer("owner_id", one => one.Key.OwnerId)
        .Integer("assigned", one => one.Value[Counter.Assigned])
        .Integer("entered", one => one.Value[Counter.Entered])
        .Integer("done", one => one.Value[Counter.Done])
        .Integer("sent", one => one.Value[Counter.Sent])
        .Integer("replied", one => one.Value[Counter.Replied])
        .Integer("meetings", one => one.Value[Counter.Meetings])
        .Integer("bounced", one => one.Value[Counter.Bounced])
        .Integer("opted_out", one => one.Value[Counter.OptedOut])
        .Integer("complaints", one => one.Value[Counter.Complaints])
        .Integer("removed", one => one.Value[Counter.Removed])
        .Integer("finished", one => one.Value[Counter.Finished])
        .Integer("tasks_done", one => one.Value[Counter.TasksDone]);

    private static (CountKey Key, EventCounts Counts) Read(DbDataReader row)
    {
        var counts = new EventCounts();
        foreach (var counter in Counters.All)
        {
            counts[counter] = Convert.ToInt64(row.GetValue((int)counter + 4), System.Globalization.CultureInfo.InvariantCulture); // PostgreSQL's sum is a decimal.
        }

        return (new CountKey(row.Int("day_key"), row.Integer("flow_key"), row.Int("step_key"), row.Integer("owner_key")), counts);
    }
}

/// <summary>Which counts are added up.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
internal sealed record CountFilter(int From, int To)
{
    /// <summary>Null: all.</summary>
    public long? FlowId { get; init; }

    /// <summary>Null: all.</summary>
    public long? OwnerId { get; init; }
}

/// <summary>By what counts are grouped.</summary>
[Flags]
internal enum CountGroups
{
    None = 0,
    Flow = 1,
    Step = 2,
    Owner = 4,
    Day = 8,
    Week = 16,
}
