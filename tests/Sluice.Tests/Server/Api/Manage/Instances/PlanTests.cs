using System.Net;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

namespace Sluice.Tests.Server.Api.Manage.Instances;

public sealed class PlanTests
{
    [Theory, EveryDatabase]
    public async Task The_plan_shows_when_each_step_is_due_and_what_postponed_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database); // Monday, 01:00 in Los Angeles, six days before daylight saving time begins.
        await app.HasStepAsync(app.Tenant.Flow, 1, "CALL");
        await app.HasStepAsync(app.Tenant.Flow, 2, "AUTO_SEND_EMAIL", 2 * 1440, step => step with { Subject = "Hi", Body = "Hi" });
        await app.HasStepAsync(app.Tenant.Flow, 3, "CALL", 4 * 1440);
        await app.HasProspectWithEmailAsync("ada");

        var reply = await PlanAsync(app, app.Tenant.Flow, ["ada"]);

        reply.ShouldBe(HttpStatusCode.OK, $$"""
            {
              "flowId": "{{app.Tenant.Flow.Id}}", "flowName": "SDR Flow", "flowInstanceOwnerEmail": "rep@example.com", "timeZone": "America/Los_Angeles",
              "prospects": [{ "crmProspectId": "ada", "isLetIn": true }],
              "steps": [
                { "order": 1, "action": "CALL", "waitMinutes": 0, "dueAt": "2026-03-02T01:00:00-08:00", "dueLocal": "2026-03-02T01:00:00-08:00", "shiftedBy": [], "warnings": [] },
                { "order": 2, "action": "AUTO_SEND_EMAIL", "waitMinutes": 2880, "dueAt": "2026-03-04T08:00:00-08:00", "dueLocal": "2026-03-04T08:00:00-08:00",
                  "shiftedBy": ["The flow sends mail from 08:00 to 18:00, and the wait ends at 01:00"], "warnings": [] },
                { "order": 3, "action": "CALL", "waitMinutes": 5760, "dueAt": "2026-03-09T08:00:00-07:00", "dueLocal": "2026-03-09T08:00:00-07:00",
                  "shiftedBy": ["Sunday 2026-03-08 is not a working day of the flow"], "warnings": [] }
              ],
              "notes": []
            }
            """);
    }

    [Theory, EveryDatabase]
    public async Task The_plan_shows_which_rule_refuses_a_prospect_and_until_when(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = new AdmissionSettings(false, 10, false) });
        var inside = await app.HasInstanceAsync("inside");
        var elsewhere = await app.HasInstanceAsync("elsewhere", await app.HasFlowAsync("Other"));
        await app.HasInstanceAsync("resting", status: InstanceStatus.Finished);
        await app.HasProspectAsync("gone", optedOut: true);
        await app.HasFlowOptOutAsync("left", app.Tenant.Flow);

        var reply = await PlanAsync(app, app.Tenant.Flow, ["inside", "elsewhere", "resting", "gone", "nobody", "left"]);

        Assert.Equal(["in_same_flow", "in_another_flow", "cooling_off", "opted_out", "unknown_prospect", "opted_out_of_flow"], reply.Each("prospects", "rule"));
        Assert.Equal($"when flow instance {inside.Id} ends, plus a cool-off of 10 days", (string?)reply.Json["prospects"]![0]!["possibleWhen"]);
        Assert.Equal(WireId.Write(elsewhere.Id), (string?)reply.Json["prospects"]![1]!["waitsFor"]![0]);
        Assert.Equal("2026-03-12T02:00:00-07:00", (string?)reply.Json["prospects"]![2]!["possibleFrom"]);
    }

    [Theory, EveryDatabase, Slow]
    public async Task The_plan_predicts_what_an_assignment_does_and_writes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var calm = new Ruleset(app.Tenant.Id, app.NextId(), "Calm", "pause", true, "pause", true, IgnoresCoolOff: true);
        await new RulesetStore(app.Db).PutAsync(calm, CancellationToken.None);
        var alone = await app.HasFlowAsync("Alone", exclusive: true);
        string[] all = ["inside", "exclusive", "elsewhere", "resting", "gone", "left", "free", "nobody"];
        var told = new HashSet<string>();
        foreach (var (many, creates, overrides, lifts, enabled) in from bits in Enumerable.Range(0, 32) select (Bit(bits, 0), Bit(bits, 1), Bit(bits, 2), Bit(bits, 3), Bit(bits, 4)))
        {
            await app.HasSettingsAsync(company => company with { Admission = new AdmissionSettings(many, 10, creates) });
            var flow = await app.HasFlowAsync("Asked", enabled: enabled, change: flow => flow with { RulesetId = lifts ? calm.Id : null });
            var of = all.ToDictionary(name => name, name => $"{name} {flow.Id}");
            await app.HasInstanceAsync(of["inside"], flow);
            await app.HasInstanceAsync(of["exclusive"], alone);
            await app.HasInstanceAsync(of["elsewhere"]);
            await app.HasInstanceAsync(of["resting"], status: InstanceStatus.Finished);
            await app.HasProspectAsync(of["gone"], optedOut: true);
            await app.HasFlowOptOutAsync(of["left"], flow);
            await app.HasProspectAsync(of["free"]);

            var before = await app.Db.DumpAsync("api_keys", "quota_days");
            var plan = await PlanAsync(app, flow, [.. of.Values], overrides);
            Assert.Equal(before, await app.Db.DumpAsync("api_keys", "quota_days"));

            var body = new { flowId = WireId.Write(flow.Id), flowInstanceOwnerEmail = TestApp.RepEmail, crmProspectsIds = of.Values, overrides = new { coolOffOverride = overrides } };
            var assigned = (await app.PostAsync("/v2/flows/prospects/assign", body)).Json["prospectsNotAssigned"]!.AsArray().Select(one => $"{one!["crmProspectId"]}: {one["errorMessage"]}");
            var refused = plan.Json["prospects"]!.AsArray().Where(one => !(bool)one!["isLetIn"]!).Select(one => $"{one!["crmProspectId"]}: {one["message"]}").ToList();
            Assert.Equal(((many, creates, overrides, lifts, enabled), string.Join('\n', assigned)), ((many, creates, overrides, lifts, enabled), string.Join('\n', refused)));
            told.UnionWith(plan.Json["prospects"]!.AsArray().Select(one => (string?)one!["rule"] ?? "let in"));
        }

        Assert.Equal(9, told.Count); // Every admission rule refused somebody at least once; the ninth word is "let in".

        static bool Bit(int bits, int at) => (bits >> at & 1) == 1;
    }

    [Theory, EveryDatabase]
    public async Task A_faulty_request_or_another_companys_flow_gets_no_plan(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var key = await app.HasKeyAsync([Scopes.Manage]);
        var other = await app.HasTenantAsync("Other");

        Assert.Equal(HttpStatusCode.NotFound, (await PlanAsync(app, other.Flow, ["ada"])).Status);
        foreach (var body in (string[])["{}", """{"flowId":"x","flowInstanceOwnerEmail":"x","crmProspectsIds":[]}""", """{"flowId":1,"flowInstanceOwnerEmail":"rep@example.com","crmProspectsIds":[{}]}""", "[]", "{"])
        {
            Assert.Equal((body, HttpStatusCode.BadRequest), (body, (await app.PostTextAsync("/sluice/v1/plan", body, key)).Status));
        }

        var many = Enumerable.Range(0, 201).Select(number => $"p{number}").ToArray();
        Assert.Equal(HttpStatusCode.BadRequest, (await PlanAsync(app, app.Tenant.Flow, many)).Status);
    }

    private static async Task<Reply> PlanAsync(TestApp app, Flow flow, string[] crmIds, bool coolOffOverride = false) => await app.PostAsync(
        "/sluice/v1/plan", new { flowId = WireId.Write(flow.Id), flowInstanceOwnerEmail = TestApp.RepEmail, crmProspectsIds = crmIds, coolOffOverride }, await app.HasKeyAsync([Scopes.Manage]));
}
