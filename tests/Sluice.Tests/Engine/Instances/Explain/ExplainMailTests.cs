using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Instances.Explain;

public sealed class ExplainMailTests
{
    [Theory, EveryDatabase]
    public async Task A_missing_mail_server_is_explained_and_nothing_happens_by_itself(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

        var reply = await ExplainAsync(app, instance);

        Assert.Equal("Its mail to 003a@example.org waits for a mail server: start sluice serve with --smtp.", (string?)reply.Json["sentence"]);
        Assert.Equal(["no_mail_server"], reply.Each("heldBy", "rule"));
        Assert.Null(reply.Json["nextAt"]);
    }

    [Theory, EveryDatabase]
    public async Task A_limit_is_explained_with_the_counts_and_the_time_when_the_mail_leaves(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Engine = company.Engine with { Limits = MailLimits.Default with { SenderDay = 1 } } });
        var flow = await app.HasMailFlowAsync();
        await app.HasDueInstanceAsync("003A", flow);
        var held = await app.HasInstanceWithSentMailAsync("003B", flow);

        var reply = await ExplainAsync(app, held);

        Assert.Equal(["sending_limit"], reply.Each("heldBy", "rule"));
        Assert.Equal(
            [
                "the sender's 1 mail a day; so far the sender has sent 1 of 1 today and 1 of 2000 this week; in 24 hours 0 of 3 went to the recipient, "
                + "1 of 500 to example.org and 1 of 20000 from the company",
            ],
            reply.Each("heldBy", "fact"));
        Assert.Contains("T08:00:00-", (string?)reply.Json["nextAt"], StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_deferred_mail_is_explained_with_the_time_of_the_next_try(Database database)
    {
        await using var peer = new ScriptedMailServer(("RCPT", "451 4.7.1 greylisted"));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

        var reply = await ExplainAsync(app, instance);

        Assert.Equal(["deferred_mail"], reply.Each("heldBy", "rule"));
        Assert.StartsWith("the mail server said: 451 4.7.1 greylisted; try 2 on ", reply.Each("heldBy", "fact").Single(), StringComparison.Ordinal);
        Assert.NotNull(reply.Json["nextAt"]);
    }

    [Theory, EveryDatabase]
    public async Task An_uncertain_mail_waits_for_a_person(Database database)
    {
        await using var peer = new ScriptedMailServer((".", ScriptedMailServer.HangUp));
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = peer.Transport() });
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());

        var reply = await ExplainAsync(app, instance);

        Assert.Equal(["uncertain_mail"], reply.Each("heldBy", "rule"));
        Assert.Null(reply.Json["nextAt"]);
    }

    [Theory, EveryDatabase]
    public async Task A_disabled_flow_is_noted_but_holds_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync(change: flow => flow with { Enabled = false });
        var instance = await app.HasDueInstanceAsync("ada", flow);

        var reply = await ExplainAsync(app, instance);

        Assert.Equal("The flow is disabled: it takes no new prospects, but its open instances go on.", (string?)reply.Json["notes"]![0]);
        Assert.Empty(reply.Each("heldBy", "rule"));
    }

    [Theory, EveryDatabase]
    public async Task A_flow_without_steps_says_that_nothing_happens(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectAsync("ada");
        var assigned = await app.AssignAsync(await app.HasFlowAsync("Empty"), "ada");

        var reply = await ExplainAsync(app, assigned.Each("prospectsAssigned", "flowInstanceId").Single());

        Assert.Equal("Nothing happens: its flow has no steps. It stays open until somebody removes it.", (string?)reply.Json["sentence"]);
        Assert.Equal(["no_steps"], reply.Each("heldBy", "rule"));
        Assert.Null(reply.Json["nextAt"]);
    }

    [Theory, EveryDatabase]
    public async Task A_deleted_flow_is_explained_before_and_after_the_sweep(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        var instance = await app.HasInstanceAsync("ada", flow);
        await new FlowStore(app.Db).DeleteAsync(flow, app.Clock.GetUtcNow(), CancellationToken.None);
        await new SweepStore(app.Db).AddAsync(
            app.Services.GetRequiredService<IdMaker>(), flow.CompanyId, FinishReason.FlowDeleted, flow.Id, app.Clock.GetUtcNow(), CancellationToken.None);

        var before = await ExplainAsync(app, instance);
        await app.RunAsync();
        var after = await ExplainAsync(app, instance);

        Assert.Equal("Its flow was deleted: the engine is about to end it.", (string?)before.Json["sentence"]);
        Assert.EndsWith("because the flow was deleted.", (string?)after.Json["sentence"], StringComparison.Ordinal);
        Assert.Equal("nothing", (string?)after.Json["waitsFor"]);
    }

    [Theory, EveryDatabase]
    public async Task Mail_without_the_unsubscribe_link_that_the_company_wants_is_noted(Database database)
    {
        await using var without = await TestApp.StartAsync(database);
        await using var with = await TestApp.StartAsync(database, new TestOptions { PublicUrl = "https://sluice.example.com" });

        var notes = (await ExplainAsync(without, await without.HasInstanceWithSentMailAsync("003A", await without.HasMailFlowAsync()))).Json["notes"]!.AsArray();
        Assert.Contains("without --public-url", (string?)notes.Single(), StringComparison.Ordinal);
        Assert.Empty((await ExplainAsync(with, await with.HasInstanceWithSentMailAsync("003A", await with.HasMailFlowAsync()))).Json["notes"]!.AsArray());
    }

    private static Task<Reply> ExplainAsync(TestApp app, Run instance) => ExplainAsync(app, TestApp.Wire(instance));

    private static async Task<Reply> ExplainAsync(TestApp app, string id) => await app.GetAsync($"/sluice/v1/flow-instances/{id}/explain", await app.HasManageKeyAsync());
}
