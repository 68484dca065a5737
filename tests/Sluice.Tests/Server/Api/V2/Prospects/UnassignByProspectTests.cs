using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Prospects;

public sealed class UnassignByProspectTests
{
    private const string Url = "/v2/flows/prospects/unassign-flows-by-crm-id";

    [Theory, EveryDatabase]
    [Wire(UnassignByProspect, "doc", "Without a flowId all open instances of the prospect end, also pending and paused ones")]
    [Wire(UnassignByProspect, "doc", "Instances of other prospects stay unchanged")]
    [Wire(UnassignByProspect, "inf", "Instances that had already finished are absent")]
    public async Task All_open_instances_of_the_prospect_end(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var running = await app.HasInstanceAsync("ada");
        var pending = await app.HasInstanceAsync("ada", await app.HasFlowAsync("B"), InstanceStatus.Pending);
        var paused = await app.HasInstanceAsync("ada", await app.HasFlowAsync("C"), InstanceStatus.Paused);
        await app.HasInstanceAsync("ada", await app.HasFlowAsync("D"), InstanceStatus.Finished);
        var other = await app.HasInstanceAsync("bob");

        var reply = await app.PostAsync(Url, new { crmProspectId = "ada" });

        Assert.Equal(
            new[] { running.Id, pending.Id, paused.Id }.Select(WireId.Write).Order(StringComparer.Ordinal),
            reply.Json["unassignedFlowInstanceIds"]!.AsArray().Select(id => (string)id!).Order(StringComparer.Ordinal));
        Assert.Equal([WireId.Write(other.Id)], (await app.ListAsync("ada", "bob")).Each("prospectsAssigned", "flowInstanceId"));
        (await app.PostAsync(Url, new { crmProspectId = "ada" })).ShouldBe(OK, """{"unassignedFlowInstanceIds":[]}""");
    }

    [Theory, EveryDatabase]
    [Wire(UnassignByProspect, "doc", "With a flowId only the instance in that flow ends; an unknown flow is not a fault")]
    [Wire(UnassignByProspect, "inf", "CRM ids are compared byte for byte")]
    public async Task With_a_flowId_only_the_instance_in_that_flow_ends(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasFlowAsync("B");
        var kept = await app.HasInstanceAsync("ada");
        var ended = await app.HasInstanceAsync("ada", flow);

        (await app.PostAsync(Url, new { crmProspectId = "Ada" })).ShouldBe(OK, """{"unassignedFlowInstanceIds":[]}""");
        (await app.PostAsync(Url, new { crmProspectId = "ada", flowId = "17" })).ShouldBe(OK, """{"unassignedFlowInstanceIds":[]}""");
        (await app.PostAsync(Url, new { crmProspectId = "ada", flowId = flow.Id })).ShouldBe(OK, $$"""{"unassignedFlowInstanceIds":["{{ended.Id}}"]}""");
        Assert.Equal([WireId.Write(kept.Id)], (await app.ListAsync("ada")).Each("prospectsAssigned", "flowInstanceId"));
    }

    [Theory, EveryProfile]
    [Wire(UnassignByProspect, "rep", "crmProspectId is missing, null or empty", Refusal = true)]
    [Wire(UnassignByProspect, "rep", "An invalid flowId, reported together with all other faults", Refusal = true)]
    [Wire(UnassignByProspect, "rep", "An unassignedByUserEmail that is not an address", Refusal = true)]
    [Wire(UnassignByProspect, "rep", "An unassignedByUserEmail that belongs to no user: documented 400, observed 404", Refusal = true)]
    public async Task Malformed_values_and_unknown_users_are_refused_and_nothing_ends(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        await app.HasInstanceAsync("ada");

        (await app.PostTextAsync(Url, """{"crmProspectId":null}""")).ShouldRefuse(BadRequest, "crmProspectId is empty");
        (await app.PostAsync(Url, new { crmProspectId = "" })).ShouldRefuse(BadRequest, "crmProspectId is empty");
        (await app.PostAsync(Url, new { flowId = "x", unassignedByUserEmail = "y" })).ShouldRefuse(
            BadRequest, "crmProspectId is empty", "flowId should be a valid Long", "unassignedByUserEmail: y is not a valid email address");
        (await app.PostAsync(Url, new { crmProspectId = "ada", unassignedByUserEmail = "no@example.com" })).ShouldRefuse(
            profile == "documented" ? BadRequest : NotFound, "User with the given email no@example.com wasn't found");
        Assert.Single((await app.ListAsync("ada")).Each("prospectsAssigned", "flowInstanceId"));
    }
}
