using Sluice.Engine.Companies;
using Sluice.Engine.Instances;

using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Engine.Instances;

/// <summary>Tests the deprecated variant of assign, which behaves as if coolOffOverride were true.</summary>
public sealed class CoolOffTwinTests
{
    private const string Url = "/v2/flows/prospects/assign/cool-off-override";

    [Theory, EveryDatabase]
    [Wire(AssignDespiteCoolOff, "doc", "A prospect in the cool-off enters, whatever coolOffOverride says")]
    [Wire(AssignDespiteCoolOff, "doc", "It lifts the cool-off and nothing else", Refusal = true)]
    [Wire(AssignDespiteCoolOff, "doc", "Both lists are always present; a refused prospect does not affect the others")]
    public async Task The_cool_off_is_lifted_and_nothing_else(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = new AdmissionSettings(MultipleFlowsAllowed: false, CoolOffDays: 30, CreateUnknownProspects: false) });
        await app.HasInstanceAsync("ada", await app.HasFlowAsync("B"), InstanceStatus.Finished);
        await app.HasProspectAsync("bob", optedOut: true);

        Assert.Equal(["Prospect is in cool off period"], (await app.AssignAsync(app.Tenant.Flow, "ada")).Each("prospectsNotAssigned", "errorMessage"));
        var reply = await AssignAsync(app, new { coolOffOverride = false }, "ada", "bob", "nobody");

        Assert.Equal(OK, reply.Status);
        Assert.Equal(["ada"], reply.Each("prospectsAssigned", "crmProspectId"));
        Assert.Equal(["Prospect opted out", "Invalid prospect crm id"], reply.Each("prospectsNotAssigned", "errorMessage"));
    }

    [Theory, EveryDatabase]
    [Wire(AssignDespiteCoolOff, "rep", "For an empty object, all faults are reported at once", Refusal = true)]
    public async Task It_reports_the_same_faults_as_assign(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        (await app.PostTextAsync(Url, "{}")).ShouldRefuse(
            BadRequest, "flowId should be a valid Long", "flowInstanceOwnerEmail: null is not a valid email address", "crmProspectsIds is empty");
    }

    private static Task<Reply> AssignAsync(TestApp app, object overrides, params string[] crmIds) => app.PostAsync(
        Url, new { flowId = $"{app.Tenant.Flow.Id}", flowInstanceOwnerEmail = TestApp.RepEmail, crmProspectsIds = crmIds, overrides });
}
