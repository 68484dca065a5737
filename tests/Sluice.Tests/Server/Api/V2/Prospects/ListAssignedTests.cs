using Sluice.Engine.Instances;

using static System.Net.HttpStatusCode;
using static Sluice.Engine.Instances.InstanceStatus;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Prospects;

public sealed class ListAssignedTests
{
    private const string Url = "/v2/flows/prospects";

    [Theory, EveryDatabase]
    [Wire(ListAssignedFlows, "seed", "By CRM ids: only open instances (Pending, Running, Paused)")]
    public async Task A_listing_by_prospect_shows_only_open_instances(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var status in Enum.GetValues<InstanceStatus>())
        {
            await app.HasInstanceAsync("ada", await app.HasFlowAsync($"{status}"), status);
        }

        var reply = await app.ListAsync("ada");

        Assert.Equal(["Pending", "Running", "Paused"], reply.Each("prospectsAssigned", "flowInstanceStatus"));
        Assert.Equal(["Pending", "Running", "Paused"], reply.Each("prospectsAssigned", "flowName"));
    }

    [Theory, EveryDatabase]
    [Wire(ListAssignedFlows, "doc", "By instance ids: finished instances too, with the way they finished")]
    public async Task A_listing_by_instance_id_shows_finished_instances_too(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ids = new List<long>();
        foreach (var status in (InstanceStatus[])[Finished, Running, FinishedNoReply, Paused, FinishedResponse, Pending])
        {
            ids.Add((await app.HasInstanceAsync("ada", await app.HasFlowAsync($"{status}"), status)).Id);
        }

        var reply = await app.PostAsync(Url, new { flowInstanceIds = ids });

        Assert.Equal(
            ["Finished", "Running", "FinishedNoReply", "Paused", "FinishedResponse", "Pending"], reply.Each("prospectsAssigned", "flowInstanceStatus"));
        Assert.Equal(OK, reply.Status);
    }

    [Theory, EveryDatabase]
    [Wire(ListAssignedFlows, "inf", "In the order of the request's ids, then oldest instance first")]
    public async Task Instances_are_in_the_order_of_the_requested_ids_then_oldest_first(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (early, late) = (app.Clock.GetUtcNow().AddDays(-2), app.Clock.GetUtcNow().AddDays(-1));
        var (first, second, third) = (await app.HasFlowAsync("First"), await app.HasFlowAsync("Second"), await app.HasFlowAsync("Third"));
        var adaLate = await app.HasInstanceAsync("ada", first, createdAt: late);
        var adaEarly = await app.HasInstanceAsync("ada", second, createdAt: early);
        var adaEarlyToo = await app.HasInstanceAsync("ada", third, createdAt: early);
        var bobEarly = await app.HasInstanceAsync("bob", createdAt: early.AddDays(-1));

        var byProspect = await app.ListAsync("ada", "bob");
        var byId = await app.PostAsync(Url, new { flowInstanceIds = new[] { bobEarly.Id, adaLate.Id, adaEarly.Id } });

        Assert.Equal([$"{adaEarly.Id}", $"{adaEarlyToo.Id}", $"{adaLate.Id}", $"{bobEarly.Id}"], byProspect.Each("prospectsAssigned", "flowInstanceId"));
        Assert.Equal([$"{bobEarly.Id}", $"{adaLate.Id}", $"{adaEarly.Id}"], byId.Each("prospectsAssigned", "flowInstanceId"));
    }

    [Theory, EveryDatabase]
    [Wire(All, "doc", "Arrays in requests are sets: the first of equal ids keeps its place, the others are dropped")]
    public async Task A_repeated_id_is_answered_once_at_its_first_position(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (ada, bob) = (await app.HasInstanceAsync("ada"), await app.HasInstanceAsync("bob"));

        var byProspect = await app.ListAsync("bob", "ada", "bob", "bob");
        var byId = await app.PostTextAsync(Url, $$"""{"flowInstanceIds":["{{bob.Id}}",{{ada.Id}},{{bob.Id}}]}""");

        Assert.Equal(["bob", "ada"], byProspect.Each("prospectsAssigned", "crmProspectId"));
        Assert.Equal(["bob", "ada"], byId.Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    [Wire(All, "rep", "An id may come as a string of digits or as a JSON integer")]
    public async Task Ids_may_be_strings_or_numbers(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceAsync("ada", change: one => one with { Id = long.MaxValue });

        foreach (var id in (string[])["9223372036854775807", "\"9223372036854775807\""])
        {
            var reply = await app.PostTextAsync(Url, $$"""{"flowInstanceIds":[{{id}}]}""");

            Assert.Equal(["9223372036854775807"], reply.Each("prospectsAssigned", "flowInstanceId"));
        }
    }

    [Theory, EveryDatabase]
    [Wire(ListAssignedFlows, "inf", "A CRM id may be a JSON integer, as HubSpot clients may send it; it stands for its digits")]
    public async Task A_crm_id_may_be_a_number(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceAsync("501");

        var reply = await app.PostTextAsync(Url, """{"crmProspectsIds":[501]}""");

        Assert.Equal(["501"], reply.Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    [Wire(All, "inf", "CRM ids are compared byte for byte, never trimmed or lower-cased")]
    public async Task Crm_ids_are_compared_byte_for_byte(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        string[] ids = ["ada", "Ada", " ada", "ada ", "äda", "a\u0308da"];
        foreach (var id in ids)
        {
            await app.HasInstanceAsync(id);
        }

        foreach (var id in ids)
        {
            Assert.Equal([id], (await app.ListAsync(id)).Each("prospectsAssigned", "crmProspectId"));
        }
    }

    [Theory, EveryDatabase]
    [Wire(ListAssignedFlows, "rec", "Unknown ids are ignored")]
    public async Task Unknown_ids_among_known_ones_are_ignored(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await app.HasInstanceAsync("ada");

        var byProspect = await app.ListAsync("nobody", "ada", "");
        var byId = await app.PostAsync(Url, new { flowInstanceIds = new[] { 1, ada.Id, long.MinValue } });

        Assert.Equal(["ada"], byProspect.Each("prospectsAssigned", "crmProspectId"));
        Assert.Equal(["ada"], byId.Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    [Wire(ListAssignedFlows, "doc", "Only the size of the body limits the list; there are no pages and no cursor")]
    public async Task Only_the_size_of_the_body_limits_a_list(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await app.HasInstanceAsync("ada");

        var byProspect = await app.ListAsync([.. Enumerable.Range(0, 20_000).Select(i => $"nobody-{i}"), "ada"]);
        var byId = await app.PostAsync(Url, new { flowInstanceIds = Enumerable.Range(0, 20_000).Select(i => (long)i).Append(ada.Id) });

        Assert.Equal(["ada"], byProspect.Each("prospectsAssigned", "crmProspectId"));
        Assert.Equal(["ada"], byId.Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    [Wire(ListAssignedFlows, "seed", "Shows the flow's current name")]
    public async Task A_new_name_of_a_flow_is_shown(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceAsync("ada");
        await app.ListAsync("ada");

        await app.Db.ExecuteAsync($"update flows set name = 'Renamed'", CancellationToken.None);
        app.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["Renamed"], (await app.ListAsync("ada")).Each("prospectsAssigned", "flowName"));
    }

    [Theory, EveryProfile]
    [Wire(ListAssignedFlows, "doc", "Both lists at once", Refusal = true)]
    public async Task Both_lists_at_once_are_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.PostTextAsync(Url, """{"crmProspectsIds":["ada"],"flowInstanceIds":["1"]}""");

        reply.ShouldRefuse(BadRequest, "Only one of crmProspectsIds and flowInstanceIds can be given");
    }

    [Theory, EveryProfile]
    [Wire(ListAssignedFlows, "rep", "Neither list is given; null and [] count as not given", Refusal = true)]
    public async Task A_request_with_neither_list_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        foreach (var body in (string[])["{}", """{"crmProspectsIds":null}""", """{"crmProspectsIds":[]}""", """{"crmProspectsIds":[],"flowInstanceIds":[]}""", """{"flowInstanceIds":null}"""])
        {
            (await app.PostTextAsync(Url, body)).ShouldRefuse(BadRequest, "crmProspectsIds is empty");
        }
    }

    [Theory, EveryDatabase]
    [Wire(ListAssignedFlows, "inf", "An empty list beside a full one is ignored")]
    public async Task An_empty_list_beside_a_full_one_is_ignored(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await app.HasInstanceAsync("ada");

        var byProspect = await app.PostTextAsync(Url, """{"crmProspectsIds":["ada"],"flowInstanceIds":[]}""");
        var byId = await app.PostTextAsync(Url, $$"""{"crmProspectsIds":null,"flowInstanceIds":["{{ada.Id}}"]}""");

        Assert.Equal(["ada"], byProspect.Each("prospectsAssigned", "crmProspectId"));
        Assert.Equal(["ada"], byId.Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryProfile]
    [Wire(ListAssignedFlows, "rep", "An invalid instance id", Refusal = true)]
    public async Task An_invalid_instance_id_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        (await app.PostTextAsync(Url, """{"flowInstanceIds":["abc"]}""")).ShouldRefuse(BadRequest, "flowInstanceIds should be a valid Long");
    }

    [Theory, EveryDatabase]
    [Wire(All, "rec", "Unknown fields of a request are ignored")]
    public async Task Unknown_fields_are_ignored(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceAsync("ada");

        var reply = await app.PostTextAsync(Url, """{"cursor":5,"crmProspectsIds":["ada"],"CrmProspectsIds":[{}],"more":{"crmProspectsIds":[]}}""");

        Assert.Equal(["ada"], reply.Each("prospectsAssigned", "crmProspectId"));
    }
}
