using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Tests.Server.Api.Manage.Flows;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Prospects;

public sealed class ProspectTests
{
    [Theory, EveryDatabase]
    public async Task A_bounced_step_is_repeated_when_the_prospect_gets_another_address(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var (instance, elsewhere) = (await HasBouncedAsync(app, "003A"), await app.HasInstanceAsync("003A"));
        await author.PostAsync($"flow-instances/{elsewhere.Id}/pause", "{}");

        (await author.PatchAsync("prospects/003A", """{"email":"003a@EXAMPLE.org"}""")).ShouldBe(
            OK, """{"prospect":{"crmProspectId":"003A","email":"003a@EXAMPLE.org","emailIsValid":false,"optedOut":false,"doNotContact":false},"flowInstances":[]}""");
        Assert.Equal(InstanceStatus.Paused, (await app.RunOfAsync(instance)).Status);

        (await author.PatchAsync("prospects/003A", """{"email":"ada@new.example"}""")).ShouldBe(OK, $$"""
            {"prospect":{"crmProspectId":"003A","email":"ada@new.example","emailIsValid":true,"optedOut":false,"doNotContact":false},
             "flowInstances":[{"flowInstanceId":"{{instance.Id}}","flowInstanceStatus":"Running"}]}
            """);
        await app.RunAsync();

        Assert.Equal([("003a@example.org", 1), ("ada@new.example", 2)], (await app.MailOfAsync(instance)).Select(mail => (mail.Recipient, mail.Attempt)));
        Assert.Equal(["bounced DONE"], await app.Db.QueryAsync($"select kind, status from todos", row => $"{row.GetString(0)} {row.GetString(1)}", CancellationToken.None));
        Assert.Equal(InstanceStatus.Paused, (await app.RunOfAsync(elsewhere)).Status); // It was paused for another reason, so it stays paused.
    }

    [Theory, EveryDatabase]
    public async Task An_opted_out_prospect_leaves_all_flows_and_is_refused_until_the_opt_out_is_lifted(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        foreach (var field in (string[])["optedOut", "doNotContact"])
        {
            var (bounced, running) = (await HasBouncedAsync(app, field), await app.HasInstanceAsync(field));
            var other = await app.HasInstanceAsync($"other of {field}");

            var reply = await author.PatchAsync($"prospects/{field}", $$"""{"{{field}}":true,"email":"new@example.org"}""");

            Assert.Equal([$"{bounced.Id}", $"{running.Id}"], reply.Each("flowInstances", "flowInstanceId").Order());
            Assert.Equal((FinishReason.OptedOut, FinishReason.OptedOut), ((await app.RunOfAsync(bounced)).FinishReason, (await app.RunOfAsync(running)).FinishReason));
            Assert.True((await app.RunOfAsync(other)).IsOpen);
            Assert.Equal(["Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, field)).Each("prospectsNotAssigned", "errorMessage"));

            Assert.Empty((await author.PatchAsync($"prospects/{field}", $$"""{"{{field}}":false}""")).Each("flowInstances", "flowInstanceId"));
            Assert.Equal([field], (await app.AssignAsync(app.Tenant.Flow, field)).Each("prospectsAssigned", "crmProspectId"));
        }
    }

    [Theory, EveryDatabase]
    public async Task A_crm_id_may_contain_any_character(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await app.HasProspectAsync("a b/ö?%");

        var reply = await (await Author.OfAsync(app)).PatchAsync("prospects/a%20b%2F%C3%B6%3F%25", """{"optedOut":true}""");

        Assert.Equal("a b/ö?%", (string?)reply.Json["prospect"]!["crmProspectId"]);
    }

    [Theory, EveryDatabase]
    public async Task A_faulty_request_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasProspectWithEmailAsync("003A");
        var before = await app.Db.DumpAsync();

        (await author.PatchAsync("prospects/003A", "{}")).ShouldRefuse(BadRequest, "There is nothing to change: give email, optedOut or doNotContact");
        (await author.PatchAsync("prospects/003A", """{"email":"ada","optedOut":true}""")).ShouldRefuse(BadRequest, "email: ada is not a valid email address");
        (await author.PatchAsync("prospects/003A", """{"optedOut":"yes"}""")).ShouldRefuse(BadRequest, "optedOut: should be true or false");
        (await author.PatchAsync("prospects/003A", """{"emial":"new@example.org","doNotContact":true}""")).ShouldRefuse(BadRequest, "unknown field `emial`; did you mean `email`?");
        foreach (var crmId in (string[])["nobody", "003a", new string('x', 129), "'%20or%201=1"])
        {
            (await author.PatchAsync($"prospects/{crmId}", """{"optedOut":true}""")).ShouldRefuse(NotFound, "Prospect not found");
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    private static async Task<Run> HasBouncedAsync(TestApp app, string crmId)
    {
        var instance = await app.HasInstanceWithSentMailAsync(crmId, await app.HasMailFlowAsync());
        Assert.Equal([MessageState.Sent], (await app.MailOfAsync(instance)).Select(mail => mail.State));
        await app.ReceiveInboundAsync(new { type = "bounce", messageId = $"b-{crmId}", flowInstanceId = TestApp.Wire(instance) });
        return instance;
    }
}
