using System.Collections.Concurrent;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Instances;

/// <summary>Many callers want the same prospects at once: never more than the rule allows, whoever comes first.</summary>
public sealed class AssignRaceTests
{
    [Theory, EveryDatabase]
    public async Task A_prospect_enters_a_flow_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { KeepInMemory = false });
        await using var other = await app.HasAnotherNodeAsync();
        await app.HasProspectsAsync(1, "ada");

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => (i % 2 == 0 ? app : other).AssignAsync(app.Tenant.Flow, "ada0"))));

        Assert.Single(replies.SelectMany(Assigned));
        Assert.Equal(19, replies.Sum(reply => Reasons(reply).Count(reason => reason == "Prospect is already assigned to the same flow")));
        Assert.Single((await app.ListAsync("ada0")).Json["prospectsAssigned"]!.AsArray());
    }

    [Theory, EveryDatabase]
    public async Task It_is_never_in_two_exclusive_flows(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { KeepInMemory = false });
        await using var other = await app.HasAnotherNodeAsync();
        var flows = new[] { await app.HasFlowAsync("One", exclusive: true), await app.HasFlowAsync("Other", exclusive: true) };
        string[] crmIds = [.. (await app.HasProspectsAsync(30)).Select(prospect => prospect.CrmId)];

        var replies = await Task.WhenAll(
            crmIds.SelectMany(crmId => Enumerable.Range(0, 4).Select(i => Task.Run(() => (i < 2 ? app : other).AssignAsync(flows[i % 2], crmId)))));

        Assert.All(replies, reply => Assert.Equal(OK, reply.Status));
        Assert.Equal(crmIds.Order(StringComparer.Ordinal), replies.SelectMany(Assigned).Order(StringComparer.Ordinal));
        await ShouldBeInOneAtMostAsync(app);
    }

    [Theory, EveryDatabase]
    public async Task It_is_in_one_flow_where_only_one_is_allowed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = new AdmissionSettings(MultipleFlowsAllowed: false, CoolOffDays: 30, CreateUnknownProspects: false) });
        var flows = new List<Flow>();
        for (var i = 0; i < 5; i++)
        {
            flows.Add(await app.HasFlowAsync($"Flow {i}"));
        }

        string[] crmIds = [.. (await app.HasProspectsAsync(20)).Select(prospect => prospect.CrmId)];

        var replies = await Task.WhenAll(flows.SelectMany(flow => crmIds.Chunk(5).Select(some => Task.Run(() => app.AssignAsync(flow, some)))));

        Assert.Equal(crmIds.Order(StringComparer.Ordinal), replies.SelectMany(Assigned).Order(StringComparer.Ordinal));
        await ShouldBeInOneAtMostAsync(app);
    }

    /// <summary>Each caller locks twenty rows, all in different orders: were the order theirs, they would wait for each other (./test has PostgreSQL let them).</summary>
    [Theory, EveryDatabase]
    public async Task Callers_with_the_same_prospects_in_other_orders_do_not_block_each_other(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { KeepInMemory = false });
        await using var other = await app.HasAnotherNodeAsync();
        string[] crmIds = [.. (await app.HasProspectsAsync(20)).Select(prospect => prospect.CrmId)];
        var random = new Random(3);
        for (var round = 0; round < 3; round++)
        {
            var flow = await app.HasFlowAsync($"Round {round}");
            await ShouldEnterOnceAsync(app, other, flow, crmIds, random);
        }

        ShouldBeQuiet(app, other);
    }

    [Theory, EveryDatabase]
    public async Task Nor_do_they_when_the_prospects_are_made_on_the_way(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { KeepInMemory = false });
        await using var other = await app.HasAnotherNodeAsync();
        await app.HasSettingsAsync(company => company with { Admission = AdmissionSettings.Default with { CreateUnknownProspects = true } });
        var random = new Random(5);
        for (var round = 0; round < 3; round++)
        {
            string[] crmIds = [.. Enumerable.Range(0, 200).Select(i => $"new {round} {i}")];
            await ShouldEnterOnceAsync(app, other, app.Tenant.Flow, crmIds, random);
        }

        ShouldBeQuiet(app, other);
    }

    /// <summary>As above, with chance taken out: both callers are stopped in the middle of their lists by a third, who then lets go.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task Nor_when_each_has_made_half_of_what_the_other_makes_next(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = AdmissionSettings.Default with { CreateUnknownProspects = true } });

        var callers = await app.Db.InTransactionAsync(async tx =>
        {
            await new ProspectStore(tx).AddAsync([Prospect.Bare(app.Tenant.Id, app.NextId(), "m", app.Clock.GetUtcNow())], CancellationToken.None);
            Task<Reply>[] two = [Task.Run(() => app.AssignAsync(app.Tenant.Flow, "a", "m", "z")), Task.Run(() => app.AssignAsync(app.Tenant.Flow, "z", "m", "a"))];
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            return two;
        }, CancellationToken.None);

        Assert.Equal(["a", "m", "z"], (await Task.WhenAll(callers)).SelectMany(Assigned).Order(StringComparer.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task Assigning_and_unassigning_the_same_prospects_leaves_each_in_or_out(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { KeepInMemory = false });
        await using var other = await app.HasAnotherNodeAsync();
        string[] crmIds = [.. (await app.HasProspectsAsync(10)).Select(prospect => prospect.CrmId)];
        var (seen, removed) = (new ConcurrentDictionary<string, bool>(), new ConcurrentBag<string>());
        var random = new Random(7);

        var assigning = Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            for (var round = 0; round < 15; round++)
            {
                var reply = await (i % 2 == 0 ? app : other).AssignAsync(app.Tenant.Flow, Shuffled(crmIds, random));
                foreach (var one in reply.Json["prospectsAssigned"]!.AsArray())
                {
                    Assert.True(seen.TryAdd((string)one!["flowInstanceId"]!, true), "An id was given twice");
                }
            }
        }));
        var unassigning = Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            for (var round = 0; round < 15; round++)
            {
                string[] ids = [.. seen.Keys.Take(200)];
                var reply = await app.PostAsync("/v2/flows/prospects/unassign-flows-by-instance-id", new { flowInstanceIds = ids.Append("1") });
                reply.Json["unassignedFlowInstanceIds"]!.AsArray().ToList().ForEach(id => removed.Add((string)id!));
            }
        }));
        await Task.WhenAll(assigning.Concat(unassigning));

        Assert.Equal(removed.Count, removed.Distinct().Count());
        var open = (await app.ListAsync(crmIds)).Json["prospectsAssigned"]!.AsArray().Select(one => (string)one!["flowInstanceId"]!);
        Assert.Equal(seen.Keys.Except(removed).Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
        await ShouldBeInOneAtMostAsync(app);
        ShouldBeQuiet(app, other);
    }

    private static async Task ShouldEnterOnceAsync(TestApp app, TestApp other, Flow flow, string[] crmIds, Random random)
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => (i % 2 == 0 ? app : other).AssignAsync(flow, Shuffled(crmIds, random)))));

        Assert.All(replies, reply => Assert.Equal(OK, reply.Status));
        Assert.Equal(crmIds.Order(StringComparer.Ordinal), replies.SelectMany(Assigned).Order(StringComparer.Ordinal));
    }

    private static async Task ShouldBeInOneAtMostAsync(TestApp app)
    {
        var counts = await app.Db.QueryAsync($"select count(*) from flow_instances where {InstanceStatuses.IsOpen()} group by prospect_id", row => row.GetInt64(0), CancellationToken.None);
        Assert.All(counts, count => Assert.Equal(1, count));
    }

    private static void ShouldBeQuiet(TestApp app, TestApp other) =>
        Assert.DoesNotContain(app.Logs.Lines.Concat(other.Logs.Lines), line => line.StartsWith("Error", StringComparison.Ordinal));

    private static IEnumerable<string> Assigned(Reply reply) => reply.Json["prospectsAssigned"]!.AsArray().Select(one => (string)one!["crmProspectId"]!);

    private static IEnumerable<string> Reasons(Reply reply) => reply.Json["prospectsNotAssigned"]!.AsArray().Select(one => (string)one!["errorMessage"]!);

    private static string[] Shuffled(string[] crmIds, Random random)
    {
        string[] shuffled = [.. crmIds];
        lock (random)
        {
            random.Shuffle(shuffled);
        }

        return shuffled;
    }
}
