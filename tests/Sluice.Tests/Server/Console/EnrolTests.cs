using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>Putting people into a flow, and stopping a flow.</summary>
public sealed class EnrolTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task People_are_enrolled_after_a_look_at_who_is_let_in_and_when_the_first_mail_leaves(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var boss = await ConsoleVisitor.SignedInAsync(app, "boss@example.com", Roles.Manager);
        var flow = await app.HasMailFlowAsync();
        foreach (var crmId in (string[])["one", "two"])
        {
            await app.HasProspectWithEmailAsync(crmId);
        }

        await app.HasProspectAsync("out", optedOut: true);
        Assert.Contains("Enrol the checked", (await boss.GetAsync("/console/people")).Html, StringComparison.Ordinal);
        const string People = "crmId=one&crmId=two&crmId=out&crmId=nobody";
        Assert.Contains("Choose one", (await boss.GetAsync($"/console/people/enrol?{People}")).Html, StringComparison.Ordinal);

        var before = await app.Db.DumpAsync();
        var plan = (await boss.GetAsync($"/console/people/enrol?{People}&flow={WireId.Write(flow.Id)}&owner={Uri.EscapeDataString(TestApp.RepEmail)}")).Html;
        Assert.All(["Enrol 2 people", "The first mail leaves", "Not let in", "of 3 people", "clears the prospect"], text => Assert.Contains(text, plan, StringComparison.Ordinal));
        Assert.Equal(before, await app.Db.DumpAsync());

        var done = await boss.PostAsync("/console/people/enrol", ("crmId", "one"), ("crmId", "two"), ("crmId", "out"), ("flow", WireId.Write(flow.Id)), ("owner", TestApp.RepEmail));
        Assert.All(["2 people entered the flow", "1 person did not"], text => Assert.Contains(text, done.Html, StringComparison.Ordinal));
        Assert.Equal(2, await app.CountAsync($"flow_instances where flow_id = {flow.Id}"));
        Assert.Equal(Conflict, (await boss.PostAsync("/console/people/enrol", ("crmId", "one"), ("flow", WireId.Write(flow.Id)), ("owner", TestApp.RepEmail))).Status);
        Assert.Equal(BadRequest, (await boss.PostAsync("/console/people/enrol", ("crmId", "one"), ("flow", "1"))).Status);
        Assert.Equal(1, await app.CountAsync("audit where action = 'people.enrol'"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_representative_enrols_for_nobody_else_and_no_flow_of_another_company_is_offered(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var other = await app.HasTenantAsync("Globex");
        var theirs = await app.HasFlowAsync("Theirs", of: other);
        await app.HasProspectAsync("foreign", of: other);
        await app.HasProspectAsync("own");
        var rep = await ConsoleVisitor.SignedInAsync(app, "new@example.com", Roles.Rep);
        var owner = (await ConsoleVisitor.UserAsync(app, "new@example.com"))!;

        var page = (await rep.GetAsync("/console/people/enrol?crmId=own&crmId=foreign")).Html;
        Assert.DoesNotContain("Theirs", page, StringComparison.Ordinal);
        Assert.DoesNotContain("foreign", page, StringComparison.Ordinal);
        Assert.DoesNotContain(TestApp.RepEmail, page, StringComparison.Ordinal);
        foreach (var fields in (List<(string, string)[]>)[[("flow", WireId.Write(theirs.Id))], [("flow", WireId.Write(app.Tenant.Flow.Id)), ("owner", TestApp.RepEmail)]])
        {
            Assert.Equal(BadRequest, (await rep.PostAsync("/console/people/enrol", [("crmId", "own"), .. fields])).Status);
        }

        Assert.Equal(0, await app.CountAsync("flow_instances"));
        Assert.Equal(SeeOther, (await rep.PostAsync("/console/people/enrol", ("crmId", "own"), ("flow", WireId.Write(app.Tenant.Flow.Id)))).Status);
        Assert.Equal(1, await app.CountAsync($"flow_instances where owner_id = {owner.Id}"));
    }

    [Theory, EveryDatabase]
    public async Task A_flow_that_is_stopped_ends_for_all_who_are_in_it_and_for_nobody_who_enters_later(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var boss = await ConsoleVisitor.SignedInAsync(app, "boss@example.com", Roles.Manager);
        var (flow, kept) = (await app.HasMailFlowAsync(), await app.HasFlowAsync("Kept"));
        foreach (var crmId in (string[])["one", "two"])
        {
            await app.HasProspectWithEmailAsync(crmId);
            await app.HasInstanceAsync(crmId, flow);
        }

        await app.HasInstanceAsync("one", kept);
        Assert.Contains("all 2 people", (await boss.GetAsync($"/console/flows/{WireId.Write(flow.Id)}")).Html, StringComparison.Ordinal);

        Assert.Equal(SeeOther, (await boss.PostAsync($"/console/flows/{WireId.Write(flow.Id)}/stop")).Status);
        Assert.Equal(SeeOther, (await boss.PostAsync($"/console/flows/{WireId.Write(flow.Id)}/enable")).Status);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await app.HasProspectWithEmailAsync("later");
        var later = await app.HasInstanceAsync("later", flow);
        await app.RunAsync();

        Assert.Equal([(flow.Id, InstanceStatus.Finished), (kept.Id, InstanceStatus.Running), (flow.Id, InstanceStatus.Finished), (flow.Id, later.Status)], await StatusesAsync(app));
    }

    private static async Task<List<(long, InstanceStatus)>> StatusesAsync(TestApp app) => [.. (await app.Db.QueryAsync(
        $"select i.flow_id, i.status, i.crm_prospect_id from flow_instances i order by i.crm_prospect_id, i.id", row => (row.GetString(2), row.GetInt64(0), (InstanceStatus)row.GetInt64(1)), CancellationToken.None))
        .OrderBy(one => one.Item1 switch { "one" => 0, "two" => 1, _ => 2 }).Select(one => (one.Item2, one.Item3))];
}
