using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Bench;

/// <summary>
/// The comparison for assigning. A bare loop inserts the rows that an assignment adds for each prospect: the instance, with the guard against a second open one in its
/// flow; its history; and its event. Each table takes one statement. The loop reads, locks and decides nothing, and only triggers change other rows.
/// </summary>
internal static class BareAssign
{
    private const int Many = 200;

    /// <summary>Prints two rates: calls for one prospect a second, and calls for 200 prospects a second.</summary>
    /// <param name="database">Filled by <c>sluice seed load</c>.</param>
    /// <param name="flowId">A flow in which nobody is.</param>
    public static async Task<int> RunAsync(string database, long flowId, TimeSpan length, CancellationToken ct)
    {
        await using var db = OpenDatabase.At(database);
        var companyId = (await SeededInstances.FindAsync(database, ct)).CompanyId;
        var flow = await new FlowStore(db).FindAsync(companyId, flowId, ct) ?? throw new InvalidOperationException($"there is no flow {flowId}");
        var loop = new Loop(db, flow);
        var people = await FindPeopleAsync(db, companyId, ct);
        var half = people.Length / 2;
        // SQLite has one writer: it commits for 32 callers of one at once, and for about five callers of 200, as four rows are written for each prospect.
        var (together, togetherOfMany, callers, callersOfMany) = db.Dialect.IsShared ? (1, Many, 32, 8) : (32, 5 * Many, 1, 1);
        var one = await loop.RateAsync(people[..half], together, callers, length, ct);
        var many = await loop.RateAsync(people[half..], togetherOfMany, callersOfMany, length, ct);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{one:F1} {many / Many:F2}"));
        return 0;
    }

    /// <summary>Finds all prospects, in the order of requests.lua.</summary>
    private static async Task<(long Id, string CrmId)[]> FindPeopleAsync(Db db, long companyId, CancellationToken ct)
    {
        var all = await db.QueryAsync($"select id, crm_id from prospects where company_id = {companyId} order by id", row => (row.GetInt64(0), row.GetString(1)), ct);
        return [.. all.Select((_, turn) => all[(int)SeededInstances.Scatter(turn, all.Count)])];
    }

    private sealed class Loop(Db db, Flow flow)
    {
        private readonly IdMaker _ids = DueInstances.NewIds();
        private long _turn;

        /// <summary>Inserts until the time is over or nobody is left. The first tenth is a warm-up, which is not counted.</summary>
        /// <param name="together">How many prospects in a transaction.</param>
        /// <returns>Prospects a second.</returns>
        public async Task<double> RateAsync((long Id, string CrmId)[] people, int together, int callers, TimeSpan length, CancellationToken ct)
        {
            await InsertAsync(people[..(people.Length / 10)], together, callers, TimeSpan.MaxValue, ct);
            return await InsertAsync(people[(people.Length / 10)..], together, callers, length, ct);
        }

        private async Task<double> InsertAsync((long Id, string CrmId)[] people, int together, int callers, TimeSpan length, CancellationToken ct)
        {
            var (waiting, done, begun) = (new ConcurrentQueue<(long, string)[]>(people.Chunk(together)), 0, Stopwatch.GetTimestamp());
            await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(
                async () =>
                {
                    while (Stopwatch.GetElapsedTime(begun) < length && waiting.TryDequeue(out var some))
                    {
                        await InsertAsync(some, ct);
                        Interlocked.Add(ref done, some.Length);
                    }
                },
                ct)));
            return done / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }

        private async Task InsertAsync((long Id, string CrmId)[] some, CancellationToken ct)
        {
            var (now, turn) = (TimeProvider.System.GetUtcNow(), Interlocked.Increment(ref _turn));
            List<Run> runs = [.. some.Select(one => Enter(one.Id, one.CrmId, now))];
            var noted = runs.ConvertAll(run => new InstanceEvent(_ids.Next(), run.Id, now, InstanceEvent.Assigned, new Actor(flow.CompanyId, flow.Id, RequestId.New(), null)));
            List<Event> events = [.. runs.Zip(noted, InstanceFeed.OfAssignment)];
            var added = await db.InTransactionAsync(
                async tx =>
                {
                    var added = await AddAsync(tx, runs, ct);
                    await new EventStore(tx).AddAsync(noted, ct);
                    await AddAsync(tx, events, turn, ct);
                    return added;
                },
                ct);
            if (added != some.Length)
            {
                throw new InvalidOperationException($"{some.Length - added} of {some.Length} prospects were in the flow already");
            }
        }

        private Run Enter(long prospectId, string crmId, DateTimeOffset now) =>
            Run.New(flow.CompanyId, _ids.Next(), crmId, prospectId, flow.Id, flow.OwnerId, InstanceStatus.Pending, 1, now.AddDays(30), now) with { FlowVersion = flow.Version, EventCount = 1 };

        private static Task<int> AddAsync(IDbSession tx, List<Run> runs, CancellationToken ct)
        {
            var rows = SqlTable.Rows(runs).Integer("company_id", one => one.CompanyId).Integer("id", one => one.Id).Text("crm_prospect_id", one => one.CrmProspectId)
                .Integer("prospect_id", one => one.ProspectId).Integer("flow_id", one => one.FlowId).Integer("owner_id", one => one.OwnerId).Time("next_due_at", one => one.NextDueAt)
                .Time("created_at", one => one.CreatedAt).Integer("flow_version", one => one.FlowVersion);
            return tx.ExecuteAsync($"""
                insert into flow_instances (company_id, id, crm_prospect_id, prospect_id, flow_id, owner_id, status, step_order, next_due_at, created_at, waits_for, flow_version, event_count)
                select company_id, id, crm_prospect_id, prospect_id, flow_id, owner_id, 0, 1, next_due_at, created_at, 0, flow_version, 1
                from {rows.OneByOne()} i
                where true
                on conflict (company_id, prospect_id, flow_id) where {InstanceStatuses.IsOpen()} do nothing
                """, ct);
        }

        private static Task<int> AddAsync(IDbSession tx, List<Event> events, long turn, CancellationToken ct)
        {
            var rows = SqlTable.Rows(events).Integer("company_id", one => one.CompanyId).Integer("id", one => one.Id).Text("type", one => one.Type).Time("at", one => one.At)
                .Integer("flow_instance_id", one => one.FlowInstanceId).Integer("flow_id", one => one.FlowId).Integer("prospect_id", one => one.ProspectId).Text("data", one => one.Data.ToJson())
                .Integer("day", one => one.At.ToUnixTimeMilliseconds() / 86_400_000);
            return tx.ExecuteAsync($"""
                insert into events (company_id, turn, sequence, id, type, at, flow_instance_id, flow_id, prospect_id, data, day, step)
                select company_id, {turn}, 1, id, type, at, flow_instance_id, flow_id, prospect_id, data, day, 1
                from {rows.OneByOne()} e
                """, ct);
        }
    }
}
