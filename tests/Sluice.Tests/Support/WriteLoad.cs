using System.Collections.Concurrent;
using System.Net;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Support;

/// <summary>
/// Clients that unassign and assign by groups, as fast as they are answered, and remember what they were told. Whatever happens to the
/// server: what was answered must be there, and a group of which nobody heard is there whole or not at all.
/// </summary>
internal sealed class WriteLoad(TestApp app, List<long[]> toUnassign, List<string[]> toAssign)
{
    private const int Clients = 8;
    private const int GroupSize = 10;

    private readonly ConcurrentQueue<long[]> _toUnassign = new(toUnassign);
    private readonly ConcurrentQueue<string[]> _toAssign = new(toAssign);
    private readonly ConcurrentBag<long[]> _unassigned = [];
    private readonly ConcurrentBag<string[]> _assigned = [];

    /// <summary>The request ids of what was answered with 500.</summary>
    public ConcurrentBag<string> Refused { get; } = [];

    public int Answered => _unassigned.Count + _assigned.Count;

    public static async Task<WriteLoad> OfAsync(TestApp app, int groups) => new(
        app,
        [.. (await app.HasInstancesAsync(groups * GroupSize)).Chunk(GroupSize)],
        [.. (await app.HasProspectsAsync(groups * GroupSize, "q")).Select(prospect => prospect.CrmId).Chunk(GroupSize)]);

    /// <returns>When every client has lost its server, or there is nothing left to do.</returns>
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

    /// <summary>What was answered so far, to be verified later; what comes after may be there or not.</summary>
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

    /// <summary>Against the database, and nobody else's word.</summary>
    /// <param name="allWereAnswered">Whether nothing may be there of which nobody heard.</param>
    /// <param name="on">Another database than the app's.</param>
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
        Assert.True(!allWereAnswered || (rows.Count(row => !row.IsOpen), byCrmId.Count) == (_unassigned.Count * GroupSize, _assigned.Count * GroupSize));
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

    /// <summary>A fault is as good as no answer; the client takes a breath.</summary>
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
