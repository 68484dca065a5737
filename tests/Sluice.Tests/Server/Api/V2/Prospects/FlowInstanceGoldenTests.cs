using Sluice.Server.Http;

using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Prospects;

/// <summary>Answers that were recorded or that the API's pages print, byte for byte. Both profiles answer alike unless a test says otherwise.</summary>
public sealed class FlowInstanceGoldenTests
{
    private const string UnassignUrl = "/v2/flows/prospects/unassign-flows-by-instance-id";

    [Theory, EveryProfile]
    [Wire(ListAssignedFlows, "rec", "An unknown prospect is not a fault: the list is empty")]
    public async Task Listing_an_unknown_prospect_answers_an_empty_list(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.PostTextAsync("/v2/flows/prospects", """{"crmProspectsIds":["test-prospect-123"]}""");

        reply.ShouldBeExactly(OK, """{"prospectsAssigned":[]}""");
    }

    [Theory, EveryProfile]
    [Wire(ListAssignedFlows, "seed", "The fields of a flow instance, in the page's order, ids as strings")]
    [Wire(All, "seed", "Times are ISO 8601 in the company's time zone, with its offset at that time")]
    public async Task Listing_answers_the_example_of_its_page(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        await HasTheExampleAsync(app);

        var reply = await app.PostTextAsync("/v2/flows/prospects", """{"crmProspectsIds":["a5V1Q00A120DP4CVAW"]}""");

        reply.ShouldBeExactly(OK, """
            {"prospectsAssigned":[{"flowId":"1695493301223590792","flowName":"SDR Flow","crmProspectId":"a5V1Q00A120DP4CVAW",
            "flowInstanceId":"1234361284629356","flowInstanceOwnerEmail":"test@test.com","flowInstanceOwnerFullName":"Test User",
            "flowInstanceCreateDate":"2019-01-20T00:00:00-08:00","flowInstanceStatus":"Running","workspaceId":"623457276584334","exclusive":true}]}
            """.ReplaceLineEndings(""));
    }

    [Theory, EveryProfile]
    [Wire(Unassign, "seed", "The ids that this call removed, as strings")]
    public async Task Unassigning_answers_the_example_of_its_page(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        await HasTheExampleAsync(app);

        var reply = await app.PostTextAsync(UnassignUrl, """{"flowInstanceIds":["1234361284629356"],"unassignedByUserEmail":"test@test.com"}""");

        reply.ShouldBeExactly(OK, """{"unassignedFlowInstanceIds":["1234361284629356"]}""");
    }

    [Theory, EveryProfile]
    [Wire(Unassign, "seed", "documented: an unknown id is left out of the answer")]
    [Wire(Unassign, "rec", "observed: an unknown id refuses the whole call", Refusal = true)]
    public async Task Unassigning_an_unknown_id_answers_an_empty_list_or_a_refusal(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.PostTextAsync(UnassignUrl, """{"flowInstanceIds":["1597409306735779049"]}""");

        if (profile == Profile.Observed.Name)
        {
            reply.ShouldBeExactly(BadRequest, """{"errors":["One or more of the given flowInstanceIds does not exist"]}""");
        }
        else
        {
            reply.ShouldBeExactly(OK, """{"unassignedFlowInstanceIds":[]}""");
        }
    }

    [Theory, EveryProfile]
    [Wire(Assign, "doc", "Both lists are always present; assigned prospects look the same as in a listing")]
    public async Task Assigning_answers_who_entered_and_who_did_not(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        await HasTheExampleAsync(app);
        await app.HasProspectAsync("new");

        var reply = await app.PostTextAsync(
            "/v2/flows/prospects/assign",
            """{"flowId":"1695493301223590792","flowInstanceOwnerEmail":"test@test.com","crmProspectsIds":["a5V1Q00A120DP4CVAW","new"]}""");

        var id = (string?)reply.Json["prospectsAssigned"]![0]!["flowInstanceId"];
        reply.ShouldBeExactly(OK, $$"""
            {"prospectsAssigned":[{"flowId":"1695493301223590792","flowName":"SDR Flow","crmProspectId":"new",
            "flowInstanceId":"{{id}}","flowInstanceOwnerEmail":"test@test.com","flowInstanceOwnerFullName":"Test User",
            "flowInstanceCreateDate":"2026-03-02T01:00:00-08:00","flowInstanceStatus":"Running","workspaceId":"623457276584334","exclusive":true}],
            "prospectsNotAssigned":[{"flowId":"1695493301223590792","crmProspectId":"a5V1Q00A120DP4CVAW",
            "errorCode":"InvalidState","errorMessage":"Prospect is already assigned to the same flow"}]}
            """.ReplaceLineEndings(""));
    }

    [Theory, EveryProfile]
    [Wire(Assign, "rec", "An unknown flow", Refusal = true)]
    [Wire(AssignDespiteCoolOff, "rec", "An unknown flow", Refusal = true)]
    public async Task Assigning_to_an_unknown_flow_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        foreach (var url in (string[])["/v2/flows/prospects/assign", "/v2/flows/prospects/assign/cool-off-override"])
        {
            var reply = await app.PostTextAsync(url, $$"""{"flowId":"123","crmProspectsIds":["abc"],"flowInstanceOwnerEmail":"{{TestApp.RepEmail}}"}""");

            reply.ShouldBeExactly(NotFound, """{"errors":["Flow not found"]}""");
        }
    }

    [Theory, EveryProfile]
    [Wire(UnassignByProspect, "rec", "An unknown prospect is not a fault: the list is empty")]
    public async Task Unassigning_an_unknown_prospect_answers_an_empty_list(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.PostTextAsync("/v2/flows/prospects/unassign-flows-by-crm-id", """{"crmProspectId":"test-fake-id-12345"}""");

        reply.ShouldBeExactly(OK, """{"unassignedFlowInstanceIds":[]}""");
    }

    [Theory, EveryProfile]
    [Wire(GetBulk, "rec", "An unknown job, also if its id is not an id", Refusal = true)]
    public async Task An_unknown_bulk_assignment_is_not_found(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.GetAsync("/v2/flows/prospects/bulk-assignments/12345");

        reply.ShouldBeExactly(NotFound, """{"errors":["Flow prospects bulk assignment 12345 not found"]}""");
    }

    [Theory, EveryProfile]
    [Wire(Assign, "rep", "For an empty object, all faults are reported at once", Refusal = true)]
    public async Task Assigning_with_an_empty_object_answers_three_sentences(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.PostTextAsync("/v2/flows/prospects/assign", "{}");

        reply.ShouldBeExactly(
            BadRequest,
            """{"errors":["flowId should be a valid Long","flowInstanceOwnerEmail: null is not a valid email address","crmProspectsIds is empty"]}""");
    }

    private static async Task HasTheExampleAsync(TestApp app)
    {
        var workspace = await app.HasWorkspaceAsync("Sales", change: one => one with { Id = 623457276584334 });
        var user = await app.HasUserAsync("test@test.com");
        var flow = await app.HasFlowAsync("SDR Flow", user, exclusive: true, workspace: workspace, change: one => one with { Id = 1695493301223590792 });
        var createdAt = new DateTimeOffset(2019, 1, 20, 0, 0, 0, TimeSpan.FromHours(-8));
        await app.HasInstanceAsync("a5V1Q00A120DP4CVAW", flow, owner: user, createdAt: createdAt, change: one => one with { Id = 1234361284629356 });
    }
}
