using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Engine.Instances;

/// <summary>Tests every reason for which a prospect may not enter a flow, as a client of the whole server sees it.</summary>
public sealed class AdmissionTests
{
    private static readonly AdmissionSettings OneFlowAtATime = new(MultipleFlowsAllowed: false, CoolOffDays: 30, CreateUnknownProspects: false);

    [Theory, EveryDatabase]
    [Wire(Assign, "rep", "An unknown CRM id: InvalidArgument, Invalid prospect crm id", Refusal = true)]
    public async Task An_unknown_prospect_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        ShouldRefuse(await app.AssignAsync(app.Tenant.Flow, "nobody"), "InvalidArgument", "Invalid prospect crm id");
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "rep", "Opted out or do not contact: InvalidState, Prospect opted out", Refusal = true)]
    public async Task A_prospect_who_opted_out_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectAsync("out", optedOut: true);
        await app.HasProspectAsync("never", doNotContact: true);

        ShouldRefuse(await app.AssignAsync(app.Tenant.Flow, "out"), "InvalidState", "Prospect opted out");
        ShouldRefuse(await app.AssignAsync(app.Tenant.Flow, "never"), "InvalidState", "Prospect opted out");
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "rep", "Open in the same flow: InvalidState, Prospect is already assigned to the same flow", Refusal = true)]
    public async Task A_prospect_in_the_same_flow_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var status in (InstanceStatus[])[InstanceStatus.Pending, InstanceStatus.Running, InstanceStatus.Paused])
        {
            await app.HasInstanceAsync($"{status}", status: status);

            ShouldRefuse(await app.AssignAsync(app.Tenant.Flow, $"{status}"), "InvalidState", "Prospect is already assigned to the same flow");
        }
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "inf", "Open in an exclusive flow: InvalidState, Prospect is already assigned to an exclusive flow", Refusal = true)]
    public async Task A_prospect_in_an_exclusive_flow_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceAsync("ada", await app.HasFlowAsync("Exclusive", exclusive: true));

        ShouldRefuse(await app.AssignAsync(app.Tenant.Flow, "ada"), "InvalidState", "Prospect is already assigned to an exclusive flow");
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "doc", "Joining an exclusive flow while in others is allowed and ends none of them")]
    public async Task Joining_an_exclusive_flow_ends_none_of_the_others(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceAsync("ada");

        var reply = await app.AssignAsync(await app.HasFlowAsync("Exclusive", exclusive: true), "ada");

        Assert.Equal(["true"], reply.Each("prospectsAssigned", "exclusive"));
        Assert.Equal(["SDR Flow", "Exclusive"], (await app.ListAsync("ada")).Each("prospectsAssigned", "flowName"));
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "inf", "One flow at a time: InvalidState, Prospect is already assigned to another flow", Refusal = true)]
    public async Task A_prospect_in_any_flow_is_refused_if_one_flow_at_a_time_is_allowed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = OneFlowAtATime });
        await app.HasInstanceAsync("ada", await app.HasFlowAsync("Other"));

        ShouldRefuse(await app.AssignAsync(app.Tenant.Flow, "ada"), "InvalidState", "Prospect is already assigned to another flow");
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "inf", "Cooling off after the last instance in any flow ended: InvalidState, Prospect is in cool off period", Refusal = true)]
    [Wire(Assign, "doc", "The cool-off lasts exactly the company's number of days, and applies only if the company allows one flow at a time")]
    public async Task A_prospect_in_the_cool_off_is_refused_until_it_ends(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceAsync("ada", await app.HasFlowAsync("Before"), InstanceStatus.FinishedNoReply);
        await app.HasInstanceAsync("bob", await app.HasFlowAsync("Before, too"), InstanceStatus.FinishedNoReply);
        var whereManyAreAllowed = await app.AssignAsync(app.Tenant.Flow, "bob");
        await app.HasSettingsAsync(company => company with { Admission = OneFlowAtATime });

        app.Clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMilliseconds(1));
        var tooEarly = await app.AssignAsync(app.Tenant.Flow, "ada");
        app.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var rested = await app.AssignAsync(app.Tenant.Flow, "ada");

        Assert.Equal(["bob"], whereManyAreAllowed.Each("prospectsAssigned", "crmProspectId"));
        ShouldRefuse(tooEarly, "InvalidState", "Prospect is in cool off period");
        Assert.Equal(["ada"], rested.Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "doc", "A removal starts the cool-off again")]
    public async Task An_unassign_starts_the_cool_off(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = OneFlowAtATime });
        var instance = await app.HasInstanceAsync("ada", createdAt: app.Clock.GetUtcNow().AddDays(-90));
        await app.UnassignAsync(instance.Id);

        ShouldRefuse(await app.AssignAsync(await app.HasFlowAsync("Next"), "ada"), "InvalidState", "Prospect is in cool off period");
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "doc", "coolOffOverride lifts the cool-off and nothing else")]
    public async Task The_override_lifts_the_cool_off_and_nothing_else(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = OneFlowAtATime });
        var before = await app.HasFlowAsync("Before");
        await app.HasInstanceAsync("rests", before, InstanceStatus.Finished);
        await app.HasInstanceAsync("elsewhere", before);
        await app.HasInstanceAsync("same");
        await app.HasProspectAsync("out", optedOut: true);

        var reply = await AssignWithOverrideAsync(app, true, "rests", "elsewhere", "same", "out", "nobody");
        var switchedOff = await AssignWithOverrideAsync(app, false, "rests");

        Assert.Equal(["rests"], reply.Each("prospectsAssigned", "crmProspectId"));
        Assert.Equal(
            ["Prospect is already assigned to another flow", "Prospect is already assigned to the same flow", "Prospect opted out", "Invalid prospect crm id"],
            reply.Each("prospectsNotAssigned", "errorMessage"));
        ShouldRefuse(switchedOff, "InvalidState", "Prospect is already assigned to the same flow");
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "inf", "A disabled flow: every prospect of the call InvalidState, Flow is disabled", Refusal = true)]
    public async Task A_disabled_flow_refuses_everybody(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectAsync("ada");
        await app.HasProspectAsync("out", optedOut: true);

        var reply = await app.AssignAsync(await app.HasFlowAsync("Disabled", enabled: false), "ada", "nobody", "out");

        Assert.Equal(OK, reply.Status);
        Assert.Equal(["ada", "nobody", "out"], reply.Each("prospectsNotAssigned", "crmProspectId"));
        Assert.All(reply.Each("prospectsNotAssigned", "errorCode"), code => Assert.Equal("InvalidState", code));
        Assert.All(reply.Each("prospectsNotAssigned", "errorMessage"), message => Assert.Equal("Flow is disabled", message));
        Assert.Empty(reply.Json["prospectsAssigned"]!.AsArray());
    }

    [Theory, EveryDatabase]
    [Wire(Assign, "inf", "The first refusal is reported: disabled, unknown, opted out, same flow, another or exclusive flow, cool-off", Refusal = true)]
    public async Task Of_several_refusals_the_first_is_reported(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = OneFlowAtATime });
        var (target, other) = (await app.HasFlowAsync("Target", enabled: false), await app.HasFlowAsync("Other", exclusive: true));
        await app.HasProspectAsync("ada", optedOut: true);
        await app.HasInstanceAsync("ada", await app.HasFlowAsync("Before"), InstanceStatus.Finished);
        var elsewhere = await app.HasInstanceAsync("ada", other);
        var same = await app.HasInstanceAsync("ada", target);

        // At first, all reasons apply. The server reports the first of them and the test removes that one, until none is left.
        Assert.Equal("Flow is disabled", await TellAsync());
        await app.Db.ExecuteAsync($"update flows set enabled = {true}", CancellationToken.None);
        Assert.Equal("Prospect opted out", await TellAsync());
        await app.Db.ExecuteAsync($"update prospects set opted_out = {false}", CancellationToken.None);
        Assert.Equal("Prospect is already assigned to the same flow", await TellAsync());
        await app.UnassignAsync(same.Id);
        Assert.Equal("Prospect is already assigned to another flow", await TellAsync());
        await app.HasSettingsAsync(company => company with { Admission = AdmissionSettings.Default });
        Assert.Equal("Prospect is already assigned to an exclusive flow", await TellAsync());
        await app.HasSettingsAsync(company => company with { Admission = OneFlowAtATime });
        await app.UnassignAsync(elsewhere.Id);
        Assert.Equal("Prospect is in cool off period", await TellAsync());
        app.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal("", await TellAsync());

        async Task<string> TellAsync() => string.Concat((await app.AssignAsync(target, "ada")).Each("prospectsNotAssigned", "errorMessage"));
    }

    private static Task<Reply> AssignWithOverrideAsync(TestApp app, bool coolOffOverride, params string[] crmIds) => app.PostAsync(
        "/v2/flows/prospects/assign",
        new
        {
            flowId = WireId.Write(app.Tenant.Flow.Id),
            flowInstanceOwnerEmail = TestApp.RepEmail,
            crmProspectsIds = crmIds,
            overrides = new { coolOffOverride },
        });

    private static void ShouldRefuse(Reply reply, string code, string message)
    {
        Assert.Equal(OK, reply.Status);
        Assert.Empty(reply.Json["prospectsAssigned"]!.AsArray());
        Assert.Equal([(code, message)], reply.Each("prospectsNotAssigned", "errorCode").Zip(reply.Each("prospectsNotAssigned", "errorMessage")));
    }
}
