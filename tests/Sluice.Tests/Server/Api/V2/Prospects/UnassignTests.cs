using System.Globalization;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Prospects;

public sealed class UnassignTests
{
    private const string Url = "/v2/flows/prospects/unassign-flows-by-instance-id";

    [Theory, EveryProfile]
    [Wire(Unassign, "seed", "The answer is in the order of the request")]
    public async Task The_answer_is_in_the_order_of_the_request(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var (a, b, c) = (await app.HasInstanceAsync("a"), await app.HasInstanceAsync("b"), await app.HasInstanceAsync("c"));

        var reply = await app.PostTextAsync(Url, $$"""{"flowInstanceIds":["{{c.Id}}",{{a.Id}},"{{b.Id}}","{{a.Id}}"]}""");

        reply.ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{c.Id}}", "{{a.Id}}", "{{b.Id}}"] }""");
    }

    [Theory, EveryProfile]
    [Wire(Unassign, "seed", "Only the ids that this call removed; an instance that was already removed or finished is absent")]
    public async Task The_answer_has_only_the_ids_that_this_call_removed(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var (open, removed, finished) =
            (await app.HasInstanceAsync("open"), await app.HasInstanceAsync("removed"), await app.HasInstanceAsync("finished", status: InstanceStatus.FinishedResponse));
        await app.UnassignAsync(removed.Id);
        app.Clock.Advance(TimeSpan.FromDays(1));
        var before = await app.Db.DumpAsync();

        var nothing = await app.UnassignAsync(removed.Id, finished.Id);
        var unchanged = await app.Db.DumpAsync();
        var one = await app.UnassignAsync(removed.Id, open.Id, finished.Id);

        nothing.ShouldBe(OK, """{ "unassignedFlowInstanceIds": [] }""");
        Assert.Equal(before, unchanged);
        one.ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{open.Id}}"] }""");
    }

    [Theory, EveryDatabase]
    [Wire(Unassign, "seed", "Pending, running and paused instances are removed; each ends as Finished and no longer appears in lists by prospect")]
    public async Task Every_open_instance_ends_as_finished(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        InstanceStatus[] open = [InstanceStatus.Pending, InstanceStatus.Running, InstanceStatus.Paused];
        var ids = new List<long>();
        foreach (var status in open)
        {
            ids.Add((await app.HasInstanceAsync("ada", await app.HasFlowAsync($"{status}"), status)).Id);
        }

        await app.UnassignAsync(ids);

        (await app.ListAsync("ada")).ShouldBe(OK, """{ "prospectsAssigned": [] }""");
        var byId = await app.PostAsync("/v2/flows/prospects", new { flowInstanceIds = ids });
        Assert.Equal(["Finished", "Finished", "Finished"], byId.Each("prospectsAssigned", "flowInstanceStatus"));
        Assert.All(await EndsAsync(app), end => Assert.Equal((FinishReason.RemovedManually.Word(), app.Clock.GetUtcNow()), end));
    }

    [Theory, EveryDatabase]
    [Wire(Unassign, "seed", "documented: unknown ids among known ones are absent, the known ones are removed")]
    public async Task The_documented_profile_ignores_unknown_ids(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Profile.Documented);
        var ada = await app.HasInstanceAsync("ada");

        (await app.UnassignAsync(1, ada.Id, 2)).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{ada.Id}}"] }""");
    }

    [Theory, EveryDatabase]
    [Wire(Unassign, "rec", "observed: with one unknown id, nothing is removed", Refusal = true)]
    public async Task In_the_observed_profile_one_unknown_id_prevents_every_removal(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Profile.Observed);
        var ada = await app.HasInstanceAsync("ada");
        var before = await app.Db.DumpAsync();

        (await app.UnassignAsync(ada.Id, 1)).ShouldRefuse(BadRequest, "One or more of the given flowInstanceIds does not exist");

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    [Wire(Unassign, "seed", "The prospect's other instances stay unchanged")]
    public async Task Other_instances_of_the_prospect_stay(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (one, other) = (await app.HasInstanceAsync("ada"), await app.HasInstanceAsync("ada", await app.HasFlowAsync("Other")));

        await app.UnassignAsync(one.Id);

        Assert.Equal([$"{other.Id}"], (await app.ListAsync("ada")).Each("prospectsAssigned", "flowInstanceId"));
    }

    [Theory, EveryProfile]
    [Wire(Unassign, "seed", "1 to 200 ids: one more is refused, naming the field and the limit, and nothing is done", Refusal = true)]
    public async Task Two_hundred_and_one_ids_are_refused_and_nothing_is_done(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var ids = new List<long>();
        for (var i = 0; i <= 200; i++)
        {
            ids.Add((await app.HasInstanceAsync($"p{i}")).Id);
        }

        (await app.UnassignAsync(ids)).ShouldRefuse(BadRequest, "flowInstanceIds should hold at most 200 items");
        var all = await app.UnassignAsync(ids.Skip(1));

        Assert.Equal(ids.Skip(1).Select(WireId.Write), all.Json["unassignedFlowInstanceIds"]!.AsArray().Select(id => (string?)id));
    }

    [Theory, EveryProfile]
    [Wire(Unassign, "rep", "No ids; null and [] count as none", Refusal = true)]
    [Wire(Unassign, "rep", "An invalid id: the fault names the field", Refusal = true)]
    public async Task A_request_without_ids_or_with_invalid_ones_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        foreach (var body in (string[])["{}", """{"flowInstanceIds":null}""", """{"flowInstanceIds":[]}"""])
        {
            (await app.PostTextAsync(Url, body)).ShouldRefuse(BadRequest, "flowInstanceIds is empty");
        }

        (await app.PostTextAsync(Url, """{"flowInstanceIds":["1","x"]}""")).ShouldRefuse(BadRequest, "flowInstanceIds should be a valid Long");
    }

    [Theory, EveryProfile]
    [Wire(Unassign, "rep", "An unassignedByUserEmail that is not an address", Refusal = true)]
    public async Task A_malformed_unassignedByUserEmail_is_refused_and_nothing_is_done(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var ada = await app.HasInstanceAsync("ada");

        foreach (var email in (string[])["nobody", "", "a@b@c.com", "a b@c.com"])
        {
            var reply = await app.PostAsync(Url, new { flowInstanceIds = new[] { ada.Id }, unassignedByUserEmail = email });

            reply.ShouldRefuse(BadRequest, $"unassignedByUserEmail: {email} is not a valid email address");
        }

        Assert.Single((await app.ListAsync("ada")).Json["prospectsAssigned"]!.AsArray());
    }

    [Theory, EveryProfile]
    [Wire(Unassign, "rep", "An unassignedByUserEmail that belongs to no user: documented 400, observed 404", Refusal = true)]
    public async Task An_unknown_unassignedByUserEmail_is_refused_and_nothing_is_done(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var ada = await app.HasInstanceAsync("ada");

        var reply = await app.PostAsync(Url, new { flowInstanceIds = new[] { ada.Id }, unassignedByUserEmail = "nobody@example.com" });

        reply.ShouldRefuse(profile == Profile.Observed.Name ? NotFound : BadRequest, "User with the given email nobody@example.com wasn't found");
        Assert.Single((await app.ListAsync("ada")).Json["prospectsAssigned"]!.AsArray());
    }

    [Theory, EveryDatabase]
    [Wire(Unassign, "seed", "The history shows who removed it, with which key, in which request and when")]
    public async Task The_history_shows_who_removed_an_instance(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await app.HasInstanceAsync("ada");
        app.Clock.Advance(TimeSpan.FromMinutes(5));

        var reply = await app.PostAsync(Url, new { flowInstanceIds = new[] { ada.Id }, unassignedByUserEmail = TestApp.RepEmail.ToUpperInvariant() });

        var history = Assert.Single(await HistoryAsync(app, ada.Id));
        Assert.Equal(("removed", app.Tenant.User.Id, app.Tenant.Key.AccessKey, reply.RequestId, app.Clock.GetUtcNow()), history);
    }

    [Theory, EveryDatabase]
    [Wire(Unassign, "seed", "unassignedByUserEmail may be missing or null; then the history names only the key")]
    public async Task Without_unassignedByUserEmail_the_history_names_only_the_key(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (ada, bob) = (await app.HasInstanceAsync("ada"), await app.HasInstanceAsync("bob"));

        await app.UnassignAsync(ada.Id);
        await app.PostTextAsync(Url, $$"""{"flowInstanceIds":["{{bob.Id}}"],"unassignedByUserEmail":null}""");

        foreach (var id in (long[])[ada.Id, bob.Id])
        {
            var (kind, user, key, _, _) = Assert.Single(await HistoryAsync(app, id));
            Assert.Equal(("removed", null, app.Tenant.Key.AccessKey), (kind, user, key));
        }
    }

    [Theory, EveryDatabase]
    [Wire(Unassign, "rep", "Enrolling a prospect again makes a new instance with a new id")]
    public async Task A_removed_prospect_can_enter_again_as_a_new_instance(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var first = await app.HasInstanceAsync("ada");
        await app.UnassignAsync(first.Id);

        var again = await app.AssignAsync(app.Tenant.Flow, "ada");

        var id = long.Parse(Assert.Single(again.Each("prospectsAssigned", "flowInstanceId")), CultureInfo.InvariantCulture);
        Assert.NotEqual(first.Id, id);
        var both = await app.PostAsync("/v2/flows/prospects", new { flowInstanceIds = new[] { first.Id, id } });
        Assert.Equal(["Finished", "Running"], both.Each("prospectsAssigned", "flowInstanceStatus"));
    }

    private static Task<List<(string? Reason, DateTimeOffset At)>> EndsAsync(TestApp app) => app.Db.QueryAsync(
        $"select finish_reason, finished_at from flow_instances", row => (row.TextOrNull(0), row.Time(1)), CancellationToken.None);

    private static Task<List<(string Kind, long? UserId, string AccessKey, string? RequestId, DateTimeOffset At)>> HistoryAsync(TestApp app, long instanceId) =>
        app.Db.QueryAsync($"""
            select e.kind, e.user_id, k.access_key, e.request_id, e.at
            from instance_events e
            join api_keys k on k.company_id = e.company_id and k.id = e.api_key_id
            where e.flow_instance_id = {instanceId}
            order by e.id
            """, row => (row.GetString(0), row.IntegerOrNull(1), row.GetString(2), row.TextOrNull(3), row.Time(4)), CancellationToken.None);
}
