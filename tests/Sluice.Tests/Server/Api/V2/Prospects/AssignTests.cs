using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Http;
using Sluice.Tests.Engine.Instances;

using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Prospects;

/// <summary>
/// Tests the whole call: which flows, owners and prospects it accepts and what it answers. <see cref="AdmissionTests"/> tests why a single prospect may
/// not enter.
/// </summary>
public sealed class AssignTests
{
    private const string Url = "/v2/flows/prospects/assign";

    [Theory, EveryDatabase]
    [Wire(Assign, "inf", "Running if the first step is due at once, Pending if it waits")]
    public async Task A_new_instance_runs_at_once_or_waits_for_its_first_step(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectAsync("ada");
        var (atOnce, later, empty) = (await app.HasFlowAsync("At once"), await app.HasFlowAsync("Later"), await app.HasFlowAsync("Without steps"));
        await app.HasStepAsync(atOnce, order: 1, waitMinutes: 0);
        await app.HasStepAsync(atOnce, order: 2, waitMinutes: 1440);
        await app.HasStepAsync(later, order: 1, waitMinutes: 1);

        var statuses = new List<string>();
        foreach (var flow in (Flow[])[atOnce, later, empty])
        {
            statuses.AddRange((await app.AssignAsync(flow, "ada")).Each("prospectsAssigned", "flowInstanceStatus"));
        }

        Assert.Equal(["Running", "Pending", "Running"], statuses);
        Assert.Equal(statuses, (await app.ListAsync("ada")).Each("prospectsAssigned", "flowInstanceStatus"));
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "doc", "A refused prospect does not affect the others; both lists are in the order of the request")]
    public async Task A_refused_prospect_does_not_affect_the_others(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectAsync("out", optedOut: true);
        await app.HasProspectAsync("a");
        await app.HasInstanceAsync("in");
        await app.HasProspectAsync("b");

        var reply = await app.AssignAsync(app.Tenant.Flow, "b", "in", "nobody", "a", "out");

        Assert.Equal(["b", "a"], reply.Each("prospectsAssigned", "crmProspectId"));
        Assert.Equal(["in", "nobody", "out"], reply.Each("prospectsNotAssigned", "crmProspectId"));
        Assert.Equal(["a", "b", "in"], (await app.ListAsync("a", "b", "in", "nobody", "out")).Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "doc", "A prospect given twice enters once; this is not a fault")]
    public async Task A_prospect_given_twice_enters_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectAsync("ada");

        var reply = await app.AssignAsync(app.Tenant.Flow, "ada", "nobody", "ada", "nobody");

        Assert.Equal(["ada"], reply.Each("prospectsAssigned", "crmProspectId"));
        Assert.Equal(["nobody"], reply.Each("prospectsNotAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "rep", "flowId may be a number; an overrides field that is misspelt or unknown is ignored")]
    public async Task Misspelt_overrides_are_ignored(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectAsync("ada");

        var reply = await app.PostTextAsync(Url, $$"""
            {"flowId":{{app.Tenant.Flow.Id}},"flowInstanceOwnerEmail":"REP@example.com","crmProspectsIds":["ada"],
             "overrides":{"coolofOverride":7,"step":[]},"flowInstanceDescripton":"<b>"}
            """);

        Assert.Equal(["ada"], reply.Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryProfile]
    [Wire(Assign, "doc", "documented: 1 to 200 prospects", Refusal = true)]
    [Wire(Assign, "rep", "observed: 1 to 100 prospects", Refusal = true)]
    public async Task More_prospects_than_the_limit_of_a_call_are_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var max = profile == Profile.Observed.Name ? 100 : 200;
        string[] ids = [.. Enumerable.Range(0, max + 1).Select(i => $"p{i}")];

        (await app.AssignAsync(app.Tenant.Flow, ids)).ShouldRefuse(BadRequest, $"crmProspectsIds should hold at most {max} items");
        Assert.Equal(max, (await app.AssignAsync(app.Tenant.Flow, ids[..max])).Json["prospectsNotAssigned"]!.AsArray().Count);
    }

    [Theory, EveryProfile]
    [Wire(Assign, "rec", "An unknown or deleted flow is reported before any fault of owner and prospects", Refusal = true)]
    public async Task An_unknown_flow_is_reported_before_any_other_fault(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var deleted = await app.HasFlowAsync("Deleted");
        await app.Db.ExecuteAsync($"update flows set deleted_at = 1 where id = {deleted.Id}", CancellationToken.None);

        foreach (var id in (long[])[1, deleted.Id])
        {
            var reply = await app.PostAsync(Url, new { flowId = id, flowInstanceOwnerEmail = "nobody@example.com", crmProspectsIds = new[] { "nobody" } });

            reply.ShouldRefuse(NotFound, "Flow not found");
        }
    }

    [Theory, EveryProfile]
    [Wire(Assign, "rep", "An unknown owner: documented 400, observed 404", Refusal = true)]
    public async Task An_unknown_owner_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await AssignAsync(app, app.Tenant.Flow, "nobody@example.com");

        reply.ShouldRefuse(profile == Profile.Observed.Name ? NotFound : BadRequest, "User with the given email nobody@example.com wasn't found");
    }

    [Theory, EveryProfile]
    [Wire(Assign, "rep", "An owner who is inactive or has no seat: 400 naming the address", Refusal = true)]
    public async Task An_owner_without_a_seat_or_inactive_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        await app.HasUserAsync("seatless@example.com", hasSeat: false);
        await app.HasUserAsync("gone@example.com", active: false);
        await app.HasProspectAsync("ada");

        foreach (var email in (string[])["seatless@example.com", "gone@example.com"])
        {
            (await AssignAsync(app, app.Tenant.Flow, email)).ShouldRefuse(
                BadRequest, $"flowInstanceOwnerEmail: {email} is not an active user with an Engage seat");
        }

        (await app.ListAsync("ada")).ShouldBe(OK, """{ "prospectsAssigned": [] }""");
    }

    [Theory, EveryProfile]
    [Wire(Assign, "inf", "A flow that the owner cannot see is not found", Refusal = true)]
    public async Task A_flow_that_its_owner_cannot_see_is_not_found(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var (other, friend) = (await app.HasUserAsync("other@example.com"), await app.HasUserAsync("friend@example.com"));
        await app.HasProspectAsync("ada");

        foreach (var visibility in (FlowVisibility[])[FlowVisibility.Personal, FlowVisibility.Shared])
        {
            var flow = await app.HasFlowAsync($"{visibility}", other, visibility);
            await app.HasShareAsync(flow, friend);

            (await AssignAsync(app, flow, TestApp.RepEmail)).ShouldRefuse(NotFound, "Flow not found");
        }

        (await app.ListAsync("ada")).ShouldBe(OK, """{ "prospectsAssigned": [] }""");
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "doc", "A personal flow accepts its owner, and the users it is shared with, as owners of instances")]
    public async Task A_flow_that_is_not_public_accepts_its_owner_and_the_users_it_is_shared_with(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (owner, friend) = (await app.HasUserAsync("owner@example.com"), await app.HasUserAsync("friend@example.com"));
        await app.HasProspectAsync("ada");
        var (own, shared) = (await app.HasFlowAsync("Own", owner, FlowVisibility.Personal), await app.HasFlowAsync("Shared", owner, FlowVisibility.Shared));
        await app.HasShareAsync(shared, friend);

        Assert.Equal(["ada"], (await AssignAsync(app, own, "owner@example.com")).Each("prospectsAssigned", "crmProspectId"));
        Assert.Equal(["friend@example.com"], (await AssignAsync(app, shared, "friend@example.com")).Each("prospectsAssigned", "flowInstanceOwnerEmail"));
    }

    [Theory, EveryProfile]
    [Wire(Assign, "rep", "All faults of a body are reported at once, each in its own sentence", Refusal = true)]
    public async Task All_faults_of_a_body_are_reported_at_once(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.PostTextAsync(Url, """{"flowId":"abc","flowInstanceOwnerEmail":"rep","crmProspectsIds":null}""");

        reply.ShouldRefuse(BadRequest, "flowId should be a valid Long", "flowInstanceOwnerEmail: rep is not a valid email address", "crmProspectsIds is empty");
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "inf", "A company may choose to create unknown prospects instead of refusing them")]
    public async Task Unknown_prospects_are_created_if_the_companys_settings_say_so(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = new AdmissionSettings(true, 0, CreateUnknownProspects: true) });

        var reply = await app.AssignAsync(app.Tenant.Flow, "new", new string('x', 129), "");
        var again = await app.AssignAsync(app.Tenant.Flow, "new");

        Assert.Equal(["new"], reply.Each("prospectsAssigned", "crmProspectId"));
        Assert.Equal(["Invalid prospect crm id", "Invalid prospect crm id"], reply.Each("prospectsNotAssigned", "errorMessage"));
        Assert.Equal(["Prospect is already assigned to the same flow"], again.Each("prospectsNotAssigned", "errorMessage"));
        Assert.Equal(["new"], await app.Db.QueryAsync($"select crm_id from prospects", row => row.GetString(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "inf", "The history shows the key and the request that enrolled a prospect")]
    public async Task The_history_shows_the_request_that_assigned_a_prospect(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectAsync("ada");

        var reply = await app.AssignAsync(app.Tenant.Flow, "ada", "nobody");

        var history = await app.Db.QueryAsync(
            $"select kind, flow_instance_id, request_id, at from instance_events",
            row => (row.GetString(0), WireId.Write(row.GetInt64(1)), row.GetString(2), row.Time(3)),
            CancellationToken.None);
        Assert.Equal([("assigned", reply.Each("prospectsAssigned", "flowInstanceId").Single(), reply.RequestId, app.Clock.GetUtcNow())], history);
    }

    private static Task<Reply> AssignAsync(TestApp app, Flow flow, string ownerEmail) =>
        app.PostAsync(Url, new { flowId = WireId.Write(flow.Id), flowInstanceOwnerEmail = ownerEmail, crmProspectsIds = new[] { "ada" } });
}
