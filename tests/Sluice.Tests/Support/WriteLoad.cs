using System.Collections.Concurrent;
using System.Net;
using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Support;

/// <summary>
/// Clients that unassign and assign groups as fast as they get answers, and record the answers. Whatever happens to the server, everything that was
/// answered must be in the database, and a group without an answer must be there completely or not at all.
/// </summary>
internal sealed class WriteLoad(TestApp app, List<long[]> toUnassign, List<string[]> toAssign)
{
    private const int Clients = 8;
    private const int GroupSize = 10;

    private readonly ConcurrentQueue<long[]> _toUnassign = new(toUnassign);
    private readonly ConcurrentQueue<string[]> _toAssign = new(toAssign);
    private readonly ConcurrentBag<long[]> _unassigned = [];
    private readonly ConcurrentBag<string[]> _assigned = [];

    /// <summary>The request ids of calls that were answered with 500.</summary>
    public ConcurrentBag<string> Refused { get; } = [];

    public int Answered => _unassigned.Count + _assigned.Count;

    public static async Task<WriteLoad> OfAsync(TestApp app, int groups) => new(
        app,
        [.. (await app.HasInstancesAsync(groups * GroupSize)).Chunk(GroupSize)],
        [.. (await app.HasProspectsAsync(groups * GroupSize, "q")).Select(prospect => prospect.CrmId).Chunk(GroupSize)]);

    /// <returns>When every client has lost its server, or no work is left.</returns>
    public Task RunAsync(params IReadOnlyList<SluiceProcess> servers) => Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(async () =>
    {
        var server = servers[i % servers.Count];
        try
        {
            while (i % 2 == 0 ? await UnassignAsync(server) : await AssignAsync(server))
            {
            }
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            // The server is gone.
        }
    })));

    /// <summary>Copies the answers so far, to be verified later; the database may or may not contain later calls.</summary>
    public WriteLoad Snapshot()
    {
        var now = new WriteLoad(app, toUnassign, toAssign);
        foreach (var group in _unassigned)
        {
            now._unassigned.Add(group);
        }

        foreach (var group in _assigned)
        {
            now._assigned.Add(group);
        }

        return now;
    }

    /// <summary>Compares the answers with the database itself.</summary>
    /// <param name="allWereAnswered">True if the database must not contain anything that was not answered.</param>
    /// <param name="on">The database to check; null means that of the app.</param>
    public async Task VerifyAsync(bool allWereAnswered = false, Db? on = null)
    {
        var rows = await (on ?? app.Db).QueryAsync(
            $"""
            select i.id, i.crm_prospect_id, i.status,
                   (select count(*) from instance_events e where e.company_id = i.company_id and e.flow_instance_id = i.id and e.kind = {InstanceEvent.Removed}),
                   (select count(*) from instance_events e where e.company_id = i.company_id and e.flow_instance_id = i.id and e.kind = {InstanceEvent.Assigned})
            from flow_instances i
            where i.company_id = {app.Tenant.Id}
            """,
            row => (Id: row.GetInt64(0), CrmId: row.GetString(1), IsOpen: row.GetInt32(2) < 3, Removed: row.GetInt64(3), Assigned: row.GetInt64(4)),
            CancellationToken.None);
        var byId = rows.ToDictionary(row => row.Id);
        var byCrmId = rows.Where(row => row.CrmId.StartsWith('q')).ToDictionary(row => row.CrmId);

        Assert.DoesNotContain(rows, row => (row.Removed, row.Assigned) != (row.IsOpen ? 0 : 1, row.CrmId.StartsWith('q') ? 1 : 0));
        Assert.DoesNotContain(toUnassign, group => group.Count(id => !byId[id].IsOpen) is not (0 or GroupSize));
        Assert.DoesNotContain(toAssign, group => group.Count(byCrmId.ContainsKey) is not (0 or GroupSize));
        Assert.DoesNotContain(_unassigned.SelectMany(group => group), id => byId[id].IsOpen);
        Assert.DoesNotContain(_assigned.SelectMany(group => group), crmId => !byCrmId.ContainsKey(crmId));
        await VerifyEventsAsync(on ?? app.Db, rows.SelectMany(row => Enumerable.Repeat((row.Id, EventTypes.Assigned), (int)row.Assigned).Concat(Enumerable.Repeat((row.Id, EventTypes.Removed), (int)row.Removed))));
        Assert.True(!allWereAnswered || (rows.Count(row => !row.IsOpen), byCrmId.Count) == (_unassigned.Count * GroupSize, _assigned.Count * GroupSize));
    }

    /// <summary>Compares the feed with the changes of status: each has one event, and the events of an instance are numbered without a gap.</summary>
    private async Task VerifyEventsAsync(Db db, IEnumerable<(long InstanceId, string Type)> changes)
    {
        var events = await db.QueryAsync(
            $"select flow_instance_id, type, sequence from events where company_id = {app.Tenant.Id} and sequence > 0 order by flow_instance_id, sequence",
            row => (InstanceId: row.GetInt64(0), Type: row.GetString(1), Sequence: row.GetInt64(2)),
            CancellationToken.None);
        Assert.Equal(changes.Order(), events.Select(one => (one.InstanceId, one.Type)).Order());
        Assert.All(events.GroupBy(one => one.InstanceId), of => Assert.Equal(Enumerable.Range(1, of.Count()).Select(number => (long)number), of.Select(one => one.Sequence)));
    }

    private async Task<bool> UnassignAsync(SluiceProcess server)
    {
        if (!_toUnassign.TryDequeue(out var group))
        {
            return false;
        }

        var reply = await server.PostAsync("/v2/flows/prospects/unassign-flows-by-instance-id", $$"""{"flowInstanceIds":[{{string.Join(',', group)}}]}""", app.Tenant.Key);
        if (await IsDoneAsync(reply, "unassignedFlowInstanceIds"))
        {
            _unassigned.Add(group);
        }

        return true;
    }

    private async Task<bool> AssignAsync(SluiceProcess server)
    {
        if (!_toAssign.TryDequeue(out var group))
        {
            return false;
        }

        var reply = await server.PostAsync(
            "/v2/flows/prospects/assign",
            $$"""{"flowId":{{app.Tenant.Flow.Id}},"flowInstanceOwnerEmail":"{{TestApp.RepEmail}}","crmProspectsIds":["{{string.Join("\",\"", group)}}"]}""",
            app.Tenant.Key);
        if (await IsDoneAsync(reply, "prospectsAssigned"))
        {
            _assigned.Add(group);
        }

        return true;
    }

    /// <summary>Treats a 500 like a missing answer, and waits a moment before the next call.</summary>
    private async Task<bool> IsDoneAsync(Reply reply, string list)
    {
        if (reply.Status == HttpStatusCode.OK)
        {
            Assert.Equal(GroupSize, reply.Json[list]!.AsArray().Count);
            return true;
        }

        reply.ShouldRefuse(HttpStatusCode.InternalServerError, "Internal server error occurred");
        Refused.Add(reply.RequestId);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        return false;
    }
}
