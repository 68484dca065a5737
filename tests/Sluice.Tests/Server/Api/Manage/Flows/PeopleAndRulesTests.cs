using Sluice.Engine.Companies;
using Sluice.Engine.Instances;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Flows;

public sealed class PeopleAndRulesTests
{
    [Theory, EveryDatabase]
    public async Task A_user_who_loses_the_seat_or_is_deactivated_causes_one_sweep_that_ends_their_open_instances(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var made = await author.PostAsync("users", """{"email":"Ann@example.com","firstName":"Ann","emailAliases":["a@example.com"],"senderAddress":"ann@mail.example.com","timeZone":"Europe/London"}""");
        var id = made.Json["user"]!["id"];
        var instance = await app.HasInstanceAsync("ada", owner: app.Tenant.User);

        Assert.Equal(Created, made.Status);
        Assert.Equal(OK, (await author.PatchAsync($"users/{id}", """{"hasSeat":false}""")).Status);
        Assert.Equal(OK, (await author.PatchAsync($"users/{id}", """{"active":false}""")).Status);
        Assert.Equal(OK, (await author.PatchAsync($"users/{app.Tenant.User.Id}", """{"active":false}""")).Status);

        Assert.Equal(2, (await FlowAuthoringTests.SweepsAsync(app)).Count);
        Assert.Equal([(instance.Id, FinishReason.NoSeat.Word())], (await app.RunAsync()).Select(one => (one.FlowInstanceId, one.Kind)));
        var read = (await author.GetAsync($"users/{id}")).Json["user"]!.AsObject();
        Assert.True(read.Remove("id"));
        Assert.Equal(
            """{"email":"Ann@example.com","firstName":"Ann","lastName":"","active":false,"hasSeat":false,"timeZone":"Europe/London","senderAddress":"ann@mail.example.com","emailAliases":["a@example.com"]}""",
            read.ToJsonString());
    }

    [Theory, EveryDatabase]
    public async Task Users_come_in_pages(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        for (var i = 0; i < 100; i++)
        {
            await app.HasUserAsync($"{i}@example.com", active: i != 50);
        }

        var first = await author.GetAsync("users");
        var last = await author.GetAsync($"users?cursor={first.Json["records"]!["cursor"]}");

        Assert.Equal("""{"totalRecords":101,"currentPageSize":1,"currentPageNumber":1}""", last.Json["records"]!.ToJsonString());
        Assert.Equal(101, first.Each("users", "email").Concat(last.Each("users", "email")).Distinct().Count());
        Assert.Equal("50@example.com", (string?)first.Json["users"]!.AsArray().Single(user => !(bool)user!["active"]!)!["email"]);
        (await author.GetAsync("users?cursor=x")).ShouldRefuse(BadRequest, "Failed to verify cursor");
    }

    [Theory, EveryDatabase]
    public async Task A_user_needs_a_unique_address_and_an_existing_time_zone(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        (await author.PostAsync("users", """{"email":"REP@example.com","firstName":"","timeZone":"Mars/Base","emailAliases":["x"]}""")).ShouldRefuse(
            BadRequest,
            "firstName: is missing",
            "timeZone: there is no time zone Mars/Base; use an IANA name such as Europe/Berlin",
            "emailAliases[0]: x is not a valid email address",
            "email: another user has the address REP@example.com");
    }

    [Theory, EveryDatabase]
    public async Task A_ruleset_can_switch_off_the_cool_off_for_its_flows(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasSettingsAsync(company => company with { Admission = new AdmissionSettings(false, 30, false) });
        await app.HasInstanceAsync("ada", status: InstanceStatus.Finished);
        Assert.Equal(["Prospect is in cool off period"], (await app.AssignAsync(app.Tenant.Flow, "ada")).Each("prospectsNotAssigned", "errorMessage"));

        Assert.Equal(Created, (await author.PostAsync("rulesets", """{"name":"Eager","ignoresCoolOff":true}""")).Status);
        Assert.Equal(OK, (await author.PatchAsync($"flows/{app.Tenant.Flow.Id}", """{"ruleset":"Eager"}""")).Status);

        Assert.Equal(["ada"], (await app.AssignAsync(app.Tenant.Flow, "ada")).Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    public async Task A_folder_or_ruleset_in_use_is_not_deleted(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var folder = (await author.PostAsync("folders", """{"name":"Outer","owner":"rep@example.com"}""")).Json["folder"]!["id"];
        var ruleset = (await author.PostAsync("rulesets", """{"name":"Stop"}""")).Json["ruleset"]!["id"];
        var inner = (await author.PostAsync("folders", """{"name":"Inner","parent":"Outer","owner":"rep@example.com"}""")).Json["folder"]!["id"];
        Assert.Equal(OK, (await author.PatchAsync($"flows/{app.Tenant.Flow.Id}", """{"folder":"Outer/Inner","ruleset":"Stop"}""")).Status);

        (await author.DeleteAsync($"folders/{folder}")).ShouldRefuse(Conflict, "Folder Outer is not empty: move or delete its contents first");
        (await author.DeleteAsync($"folders/{inner}")).ShouldRefuse(Conflict, "Folder Inner is not empty: move or delete its contents first");
        (await author.DeleteAsync($"rulesets/{ruleset}")).ShouldRefuse(Conflict, "A flow uses ruleset Stop: give that flow another ruleset first");
        (await author.PatchAsync($"folders/{folder}", """{"parent":"Outer/Inner"}""")).ShouldRefuse(BadRequest, "parent: a folder cannot be inside itself");
        Assert.Equal(OK, (await author.PatchAsync($"flows/{app.Tenant.Flow.Id}", """{"folder":null,"ruleset":null}""")).Status);
        foreach (var url in (string[])[$"folders/{inner}", $"folders/{folder}", $"rulesets/{ruleset}"])
        {
            Assert.Equal(OK, (await author.DeleteAsync(url)).Status);
        }
    }

    [Theory, EveryDatabase]
    public async Task Settings_can_be_changed_within_their_limits(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        (await author.PatchAsync("company", """{"toDoExpiryDays":29,"coolOffDays":-1,"timeZone":null}""")).ShouldRefuse(
            BadRequest,
            "timeZone: is missing",
            "coolOffDays: should be a whole number from 0 to 3650",
            "toDoExpiryDays: should be a whole number from 30 to 120");
        var changed = (await author.PatchAsync("company", """{"toDoExpiryDays":30,"mailsPerSenderDay":5,"unsubscribeLink":false}""")).Json["company"]!;
        Assert.Equal((30, 5, false, 2000), ((int)changed["toDoExpiryDays"]!, (int)changed["mailsPerSenderDay"]!, (bool)changed["unsubscribeLink"]!, (int)changed["mailsPerSenderWeek"]!));
        Assert.Equal(changed.ToJsonString(), (await author.GetAsync("company")).Json["company"]!.ToJsonString());
    }
}
