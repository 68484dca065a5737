using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Prospects;
using Sluice.Engine.Tasks;
using Sluice.Tests.Server.Api.Manage.Flows;
using Sluice.Tests.Server.Api.Unsubscribe;

namespace Sluice.Tests.Engine.Prospects;

/// <summary>Whoever opts out is left alone, whichever of their records is concerned, and whenever it came.</summary>
public sealed class OnePersonTests
{
    private const string Sam = "sam@x.example";

    /// <summary>Each way in which somebody opts out of a contact who is a lead too.</summary>
    private static readonly Dictionary<string, (SuppressionKind Kind, Func<Twins, Task> Do)> Ways = new()
    {
        ["one click"] = (SuppressionKind.Unsubscribed, twins => twins.Recipient().PressAsync(null)),
        ["a mail in the thread"] = (SuppressionKind.Unsubscribed, async twins =>
            await twins.App.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u", from = "private@y.example", inReplyTo = (await twins.App.MailOfAsync(twins.Contact))[0].MessageId })),
        ["a fresh mail"] = (SuppressionKind.Unsubscribed, twins => twins.App.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u", from = "Sam <SAM@X.example>" })),
        ["a fresh mail after two months"] = (SuppressionKind.Unsubscribed, twins =>
        {
            twins.App.Clock.Advance(TimeSpan.FromDays(60));
            return twins.App.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u", from = Sam });
        }
        ),
        ["a complaint"] = (SuppressionKind.Complaint, twins => twins.App.ReceiveInboundAsync(new { type = "complaint", messageId = "c", from = Sam })),
        ["PATCH optedOut"] = (SuppressionKind.OptedOut, async twins => await (await Author.OfAsync(twins.App)).PatchAsync("prospects/contact", """{"optedOut":true}""")),
        ["PATCH doNotContact"] = (SuppressionKind.DoNotContact, async twins => await (await Author.OfAsync(twins.App)).PatchAsync("prospects/lead", """{"doNotContact":true}""")),
        ["a call"] = (SuppressionKind.CallOptOut, twins => twins.SayOnThePhoneAsync()),
    };

    [Theory, EveryDatabase]
    public async Task An_opt_out_ends_the_flows_of_all_records_of_the_person(Database database)
    {
        foreach (var way in Ways.Keys)
        {
            await using var app = await TestApp.StartAsync(database);
            await EndsAllAsync(app, way);
        }
    }

    private static async Task EndsAllAsync(TestApp app, string way)
    {
        var twins = await Twins.OfAsync(app);

        await Ways[way].Do(twins);

        foreach (var run in (Run[])[twins.Contact, twins.Lead, twins.LeadCalls])
        {
            var ended = await app.RunOfAsync(run);
            Assert.True(ended is { Status: InstanceStatus.Finished, FinishReason: FinishReason.OptedOut }, $"{way}: {ended}");
        }

        Assert.Equal(MessageState.Cancelled, (await app.MailOfAsync(twins.Lead)).Single().State);
        Assert.Equal(0, await CountOpenTasksAsync(app));
        Assert.True((await app.RunOfAsync(twins.Other)).IsOpen);
        Assert.Equal(["Prospect opted out", "Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, "contact", "lead")).Each("prospectsNotAssigned", "errorMessage"));
        Assert.Contains((Sam, Ways[way].Kind), (await ListAsync(app)).Select(entry => (entry.Key, entry.Kind)));
    }

    [Theory, EveryDatabase]
    public async Task An_opt_out_survives_that_the_records_are_deleted_and_come_back_under_another_id(Database database)
    {
        foreach (var way in Ways.Keys)
        {
            await using var app = await TestApp.StartAsync(database);
            await SurvivesAsync(app, way);
        }
    }

    private static async Task SurvivesAsync(TestApp app, string way)
    {
        await Ways[way].Do(await Twins.OfAsync(app));
        await app.HasObjectsAsync("CONTACT", """{"objectId":"contact","modifiedDate":"2090-01-01T00:00:00Z","isDeleted":true}""");

        await app.HasObjectsAsync("CONTACT", """{"objectId":"new","modifiedDate":"2090-01-01T00:00:00Z","emailAddress":"Sam@X.example"}""");

        Assert.Equal(["Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, "new")).Each("prospectsNotAssigned", "errorMessage"));
        var shown = (await app.GetAsync("/sluice/v1/prospects/new", await app.HasManageKeyAsync())).Json["prospect"]!;
        Assert.True((bool)shown["optedOut"]! || (bool)shown["doNotContact"]!);
    }

    [Theory, EveryDatabase]
    public async Task Who_gets_the_address_of_somebody_who_opted_out_is_opted_out_as_long_as_they_have_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u", from = Sam });
        var (patched, uploaded) = (await app.HasInstanceWithSentMailAsync("patched", await app.HasMailFlowAsync()), await app.HasInstanceWithSentMailAsync("uploaded", await app.HasMailFlowAsync()));

        Assert.Equal(["Finished"], (await author.PatchAsync("prospects/patched", $$"""{"email":"{{Sam}}"}""")).Each("flowInstances", "flowInstanceStatus"));
        await app.HasObjectsAsync("LEAD", $$"""{"objectId":"uploaded","modifiedDate":"2090-01-01T00:00:00Z","emailAddress":" {{Sam}} "}""");

        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(patched)).FinishReason);
        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(uploaded)).FinishReason);
        await author.PatchAsync("prospects/patched", """{"email":"other@x.example"}""");
        Assert.Equal(["patched"], (await app.AssignAsync(app.Tenant.Flow, "patched")).Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    public async Task Who_opted_out_stays_opted_out_with_another_address(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasProspectWithEmailAsync("contact", Sam);
        await app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u", from = Sam });

        await author.PatchAsync("prospects/contact", """{"email":"sam@home.example"}""");

        Assert.Equal(["Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, "contact")).Each("prospectsNotAssigned", "errorMessage"));
    }

    [Theory, EveryDatabase]
    public async Task A_lead_and_the_contact_that_it_became_are_one_person(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasObjectsAsync("LEAD", """{"objectId":"lead","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"sam@home.example","convertedToContactId":"contact"}""");
        await app.HasObjectsAsync("CONTACT", """{"objectId":"contact","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"sam@work.example"}""");
        var contact = (await new ProspectStore(app.Db).FindAsync(app.Tenant.Id, ["contact"], CancellationToken.None)).Single();
        Assert.Equal(["contact"], (await app.AssignAsync(app.Tenant.Flow, "contact")).Each("prospectsAssigned", "crmProspectId"));

        await app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u", from = "sam@home.example" });

        Assert.Empty(await new RunStore(app.Db).FindOpenByProspectAsync(app.Tenant.Id, contact.Prospect.Id, CancellationToken.None));
        Assert.Equal(["Prospect opted out", "Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, "contact", "lead")).Each("prospectsNotAssigned", "errorMessage"));
    }

    [Theory, EveryDatabase]
    public async Task A_contact_that_comes_after_its_lead_opted_out_is_opted_out(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("lead", "sam@home.example");
        await app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u", from = "sam@home.example" });

        await app.HasObjectsAsync("LEAD", """{"objectId":"lead","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"sam@home.example","convertedToContactId":7}""");
        await app.HasObjectsAsync("CONTACT", """{"objectId":"7","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"sam@work.example"}""");

        Assert.Equal(["Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, "7")).Each("prospectsNotAssigned", "errorMessage"));
    }

    [Theory, EveryDatabase]
    public async Task Who_leaves_one_flow_never_enters_it_again_by_another_record(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var twins = await Twins.OfAsync(app);
        await twins.Recipient().PressAsync("flow");
        var flow = (await new FlowStore(app.Db).FindAsync(app.Tenant.Id, (await app.RunOfAsync(twins.Contact)).FlowId, CancellationToken.None))!;

        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(twins.Contact)).FinishReason);
        Assert.True((await app.RunOfAsync(twins.LeadCalls)).IsOpen);
        Assert.Equal(["Prospect opted out"], (await app.AssignAsync(flow, "lead")).Each("prospectsNotAssigned", "errorMessage"));
        Assert.Equal(["lead"], (await app.AssignAsync(app.Tenant.Flow, "lead")).Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    public async Task A_number_that_must_not_be_called_stops_every_record_with_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("a", Sam, change: one => one with { PhoneNumber = "+1 (555) 010-0123" });
        await app.HasProspectWithEmailAsync("b", "b@x.example", change: one => one with { PhoneNumber = "+15550100123" });
        await (await Author.OfAsync(app)).PatchAsync("prospects/a", """{"doNotContact":true}""");
        await app.HasProspectWithEmailAsync("c", "c@x.example", change: one => one with { PhoneNumber = "+1-555-0100123" });

        Assert.Equal(3, (await app.AssignAsync(app.Tenant.Flow, "a", "b", "c")).Each("prospectsNotAssigned", "errorMessage").Count(why => why == "Prospect opted out"));

        // The colleague's own address is not on the list.
        await app.HasProspectWithEmailAsync("d", "b@x.example");
        Assert.Equal(["d"], (await app.AssignAsync(app.Tenant.Flow, "d")).Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    public async Task Another_company_is_not_concerned(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var other = await app.HasTenantAsync("Other");
        await app.HasProspectWithEmailAsync("theirs", Sam, of: other);

        await app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u", from = Sam });

        Assert.False((await new ProspectStore(app.Db).FindAsync(other.Id, ["theirs"], CancellationToken.None)).Single().IsSuppressed);
    }

    [Theory, EveryDatabase]
    public async Task Who_is_let_in_again_may_be_assigned_by_every_record(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await Twins.OfAsync(app);
        await app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = "u", from = Sam });

        await (await Author.OfAsync(app)).PatchAsync("prospects/lead", """{"optedOut":false}""");

        Assert.Equal(["contact", "lead"], (await app.AssignAsync(app.Tenant.Flow, "contact", "lead")).Each("prospectsAssigned", "crmProspectId").Order());
    }

    private static Task<List<Suppression>> ListAsync(TestApp app) => new SuppressionStore(app.Db).ListAsync(app.Tenant.Id, null, null, withLifted: false, null, 100, CancellationToken.None);

    private static async Task<long> CountOpenTasksAsync(TestApp app) =>
        (await app.Db.QueryAsync($"select count(*) from todos t join prospects p on p.company_id = t.company_id and p.id = t.prospect_id where p.crm_id <> 'other' and t.status = 'OPEN'", row => row.GetInt64(0), CancellationToken.None)).Single();
}

/// <summary>Sam, who is a contact who got mail, and a lead with a queued mail and a task to call; and somebody else.</summary>
internal sealed record Twins(TestApp App, Flow Flow, Run Contact, Run Lead, Run LeadCalls, Run Other)
{
    public static async Task<Twins> OfAsync(TestApp app)
    {
        var (flow, calls) = (await app.HasMailFlowAsync(), await app.HasFlowAsync("Calls"));
        await app.HasStepAsync(calls, 1);
        await app.HasProspectWithEmailAsync("contact", "Sam@x.example");
        await app.HasProspectWithEmailAsync("lead", "sam@X.example");
        var contact = await app.HasInstanceAsync("contact", flow, change: Due(app));
        var leadCalls = await app.HasInstanceAsync("lead", calls, change: Due(app));
        var other = await app.HasInstanceWithSentMailAsync("other", flow);
        var lead = await app.HasInstanceAsync("lead", await app.HasMailFlowAsync(), change: Due(app));
        await app.Engine.RunOnceAsync(CancellationToken.None); // The mail is queued, and not sent yet.
        return new(app, flow, contact, lead, leadCalls, other);
    }

    public Recipient Recipient() => new(App, "contact", Flow, Flow, Contact, Lead);

    public async Task SayOnThePhoneAsync()
    {
        var author = await Author.OfAsync(App);
        var task = (await new ToDoStore(App.Db).PageAsync(App.Tenant.Id, new ToDoPage(null, "OPEN", LeadCalls.Id, 1), CancellationToken.None)).Single().ToDo.Id;
        await author.PostAsync($"tasks/{task}", """{"status":"DONE","outcome":"Opt out"}""");
    }

    private static Func<Run, Run> Due(TestApp app) => run => run with { NextDueAt = app.Clock.GetUtcNow() };
}
