using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Prospects;

namespace Sluice.Tests.Engine.Mail.Delivery;

/// <summary>The stop list is asked when a step begins and, once more, when a mail is claimed.</summary>
public sealed class StopListAtLastTests
{
    private static readonly (string Entry, SuppressionKind Kind)[] Stops =
    [
        ("sam@x.example", SuppressionKind.Unsubscribed), ("sam@x.example", SuppressionKind.OptedOut), ("sam@x.example", SuppressionKind.DoNotContact),
        ("sam@x.example", SuppressionKind.CallOptOut), ("sam@x.example", SuppressionKind.Complaint), ("sam@x.example", SuppressionKind.Manual),
        ("@x.example", SuppressionKind.Domain), ("+15550100123", SuppressionKind.DoNotContact),
    ];

    [Theory, EveryDatabase]
    public async Task A_queued_mail_is_stopped_when_it_is_claimed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var (entry, kind) in Stops)
        {
            var run = await HasDueAsync(app, $"{entry} {kind}");
            await app.Engine.RunOnceAsync(CancellationToken.None);
            Assert.Equal(MessageState.Queued, Assert.Single(await app.MailOfAsync(run)).State);
            await app.HasSuppressionAsync(entry, kind);

            await app.RunAsync();

            Assert.Equal(MessageState.Cancelled, Assert.Single(await app.MailOfAsync(run)).State);
            Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(run)).FinishReason);
            await LiftAllAsync(app);
        }
    }

    [Theory, EveryDatabase]
    public async Task A_step_of_somebody_on_the_list_does_not_begin(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var (entry, kind) in Stops)
        {
            var run = await HasDueAsync(app, $"{entry} {kind}");
            await app.HasSuppressionAsync(entry, kind);

            await app.Engine.RunOnceAsync(CancellationToken.None);

            Assert.Empty(await app.MailOfAsync(run));
            Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(run)).FinishReason);
            await LiftAllAsync(app);
        }
    }

    [Theory, EveryDatabase]
    public async Task Nobody_on_the_list_is_assigned(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var (entry, kind) in Stops)
        {
            await app.HasProspectWithEmailAsync("sam", "Sam@X.example", change: one => one with { PhoneNumber = "+1 555 010 0123" });
            await app.HasSuppressionAsync(entry, kind);

            Assert.Equal(["Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, "sam")).Each("prospectsNotAssigned", "errorMessage"));
            await LiftAllAsync(app);
        }
    }

    [Theory, EveryDatabase]
    public async Task A_mail_to_an_address_that_bounced_meanwhile_becomes_a_task(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var run = await HasDueAsync(app, "sam");
        await app.Engine.RunOnceAsync(CancellationToken.None);
        await app.HasSuppressionAsync("sam@x.example", SuppressionKind.Bounced);

        await app.RunAsync();

        Assert.Equal(MessageState.Cancelled, Assert.Single(await app.MailOfAsync(run)).State);
        Assert.Equal((InstanceStatus.Running, WaitsFor.ToDo), ((await app.RunOfAsync(run)).Status, (await app.RunOfAsync(run)).WaitsFor));
        Assert.Equal(["sam"], (await app.AssignAsync(app.Tenant.Flow, "sam")).Each("prospectsAssigned", "crmProspectId"));
    }

    [Theory, EveryDatabase]
    public async Task A_domain_stands_for_its_addresses_and_for_no_others(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSuppressionAsync("@Müller.example", SuppressionKind.Domain);
        await app.HasProspectWithEmailAsync("a", "sam@xn--mller-kva.example");
        await app.HasProspectWithEmailAsync("b", "sam@mail.müller.example");
        await app.HasProspectWithEmailAsync("c", "sam@muller.example");

        Assert.Equal(["b", "c"], (await app.AssignAsync(app.Tenant.Flow, "a", "b", "c")).Each("prospectsAssigned", "crmProspectId").Order());
    }

    private static async Task<Run> HasDueAsync(TestApp app, string crmId)
    {
        await app.HasProspectWithEmailAsync(crmId, "sam@x.example", change: one => one with { PhoneNumber = "+1 555 010 0123" });
        return await app.HasInstanceAsync(crmId, await app.HasMailFlowAsync(), change: run => run with { NextDueAt = app.Clock.GetUtcNow() });
    }

    private static Task<int> LiftAllAsync(TestApp app) => app.Db.ExecuteAsync($"update suppressions set lifted_at = {app.Clock.GetUtcNow()} where lifted_at is null", CancellationToken.None);
}
