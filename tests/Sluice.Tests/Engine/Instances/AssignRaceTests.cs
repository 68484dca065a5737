using System.Collections.Concurrent;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Instances;

/// <summary>Many callers assign the same prospects at once. Whoever comes first, no more prospects enter than the rule allows.</summary>
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
    public async Task A_prospect_is_never_in_two_exclusive_flows(Database database)
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
    public async Task A_prospect_is_in_one_flow_if_only_one_is_allowed(Database database)
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

    /// <summary>
    /// Each call locks twenty rows, and each caller names them in another order. If the server locked them in the caller's order, there would be
    /// deadlocks. The script ./test makes PostgreSQL resolve deadlocks so late that the calls would fail.
    /// </summary>
    [Theory, EveryDatabase]
    public async Task Callers_with_the_same_prospects_in_different_orders_cause_no_deadlock(Database database)
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
    public async Task Callers_that_create_the_same_prospects_in_different_orders_cause_no_deadlock(Database database)
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

    /// <summary>As above, but without chance: a third transaction stops both callers in the middle of their lists and then ends.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task Two_callers_that_have_each_created_half_of_the_same_prospects_cause_no_deadlock(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = AdmissionSettings.Default with { CreateUnknownProspects = true } });

        var callers = await app.Db.InTransactionAsync(async tx =>
        {
            await new ProspectStore(tx).AddAsync([Prospect.FromCrmId(app.Tenant.Id, app.NextId(), "m", app.Clock.GetUtcNow())], CancellationToken.None);
            Task<Reply>[] two = [Task.Run(() => app.AssignAsync(app.Tenant.Flow, "a", "m", "z")), Task.Run(() => app.AssignAsync(app.Tenant.Flow, "z", "m", "a"))];
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            return two;
        }, CancellationToken.None);

        Assert.Equal(["a", "m", "z"], (await Task.WhenAll(callers)).SelectMany(Assigned).Order(StringComparer.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task After_assigning_and_unassigning_at_once_each_prospect_is_in_or_out(Database database)
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
                    Assert.True(seen.TryAdd((string)one!["flowInstanceId"]!, true), "Two answers contain the same instance id");
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
