using Sluice.Engine.Instances;
using Sluice.Tests.Server.Api.Manage.Flows;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Instances;

public sealed class InstanceTests
{
    [Theory, EveryDatabase]
    public async Task An_instance_can_be_paused_resumed_and_finished(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceAsync("ada");
        var url = $"/sluice/v1/flow-instances/{instance.Id}";
        var key = await app.HasManageKeyAsync();

        Task<Reply> PostAsync(string what) => what == "pause" ? app.PostTextAsync($"{url}/{what}", "{}", key) : app.SendAsync(HttpMethod.Post, $"{url}/{what}", key: key);
        async Task HoldsAsync(string what, string status) =>
            (await PostAsync(what)).ShouldBe(OK, $$"""{"flowInstanceId":"{{instance.Id}}","flowInstanceStatus":"{{status}}"}""");

        await HoldsAsync("pause", "Paused");
        (await PostAsync("pause")).ShouldRefuse(Conflict, "The flow instance is Paused: there is nothing to change");
        await HoldsAsync("resume", "Running");
        await HoldsAsync("finish", "Finished");
        (await PostAsync("resume")).ShouldRefuse(Conflict, "The flow instance is Finished: there is nothing to change");
        (await app.PostTextAsync($"{url}/pause", """{"until":"soon"}""", key)).ShouldRefuse(BadRequest, "until: should be a time such as 2026-01-05T09:30:00Z");
    }

    [Theory, EveryDatabase]
    public async Task An_instance_shows_its_step_and_what_it_waits_for(Database database)
    {
        await using var app = await TestApp.StartAsync(database); // Monday, 01:00 in Los Angeles.
        var author = await Author.OfAsync(app);
        var call = await app.HasStepAsync(app.Tenant.Flow, 1);
        var mail = await app.HasStepAsync(app.Tenant.Flow, 2, "AUTO_SEND_EMAIL", 1440);
        var instance = await app.HasInstanceAsync("ada", change: one => one with { NextDueAt = app.Clock.GetUtcNow() });
        var known = $$"""
            "flowInstanceId":"{{instance.Id}}","flowInstanceStatus":"STATUS","flowId":"{{app.Tenant.Flow.Id}}","flowName":"SDR Flow","flowInstanceOwnerEmail":"rep@example.com","crmProspectId":"ada"
            """;
        async Task HoldsAsync(string status, string rest) =>
            (await author.GetAsync($"flow-instances/{instance.Id}")).ShouldBe(OK, $"{{{known.Replace("STATUS", status, StringComparison.Ordinal)},{rest},\"createdAt\":\"2026-03-02T01:00:00-08:00\"}}");

        await app.RunAsync();
        await HoldsAsync("Running", $$"""
            "step":{"id":"{{call.Id}}","order":1,"action":"CALL"},"steps":2,"waitsFor":"to_do","nextDueAt":"2026-06-30T02:00:00-07:00"
            """);
        await author.PostAsync($"flow-instances/{instance.Id}/skip");
        await HoldsAsync("Running", $$"""
            "step":{"id":"{{mail.Id}}","order":2,"action":"AUTO_SEND_EMAIL"},"steps":2,"waitsFor":"step","nextDueAt":"2026-03-03T08:00:00-08:00"
            """);
        await author.PostAsync($"flow-instances/{instance.Id}/pause", """{"until":"2026-03-04T00:00:00-08:00"}""");
        await HoldsAsync("Paused", $$"""
            "step":{"id":"{{mail.Id}}","order":2,"action":"AUTO_SEND_EMAIL"},"steps":2,"waitsFor":"resume","nextDueAt":"2026-03-04T00:00:00-08:00","pauseReason":"manual","pausedAt":"2026-03-02T01:00:00-08:00"
            """);
        await author.PostAsync($"flow-instances/{instance.Id}/finish");
        var ended = (await author.GetAsync($"flow-instances/{instance.Id}")).Json;
        Assert.Equal(("nothing", FinishReason.RemovedManually.Word(), "2026-03-02T01:00:00-08:00"), ((string?)ended["waitsFor"], (string?)ended["finishReason"], (string?)ended["finishedAt"]));
        Assert.Null(ended["step"]);
        Assert.Null(ended["nextDueAt"]);
    }
}
