using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Retention;
using Sluice.Engine.Tasks;

namespace Sluice.Tests.Support;

/// <summary>Work that is finished, for tests of what is deleted for its age.</summary>
internal static class OldWork
{
    public static readonly TimeSpan Age = TimeSpan.FromDays(365);

    public static Task<OldRows> DeleteOldAsync(this TestApp app, bool isDryRun = false) =>
        app.Services.GetRequiredService<DeleteOld>().RunAsync(Age, isDryRun, progress: null, CancellationToken.None);

    /// <summary>Adds finished work of every kind, and moves the clock until it is old.</summary>
    public static async Task HasOldWorkAsync(this TestApp app)
    {
        await app.HasEndedInstanceAsync("old", await app.HasMailFlowAsync());
        await app.HasObjectsAsync("LEAD", """{"objectId":"00Q","modifiedDate":"2026-01-02T00:00:00Z","emailAddress":"sam@example.org"}""");
        var job = (await app.PostAsync(
            "/v2/flows/prospects/bulk-assignments", new { flowId = WireId.Write(app.Tenant.Flow.Id), flowInstanceOwnerEmail = TestApp.RepEmail, prospects = new[] { new { crmId = "old" } } })).Json["id"];
        await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/flows/prospects/bulk-assignments/{job}"), reply => (string?)reply.Json["status"] == "COMPLETED");
        app.Clock.Advance(Age + TimeSpan.FromDays(35));
    }

    /// <summary>Adds an instance that sent a mail and got a reply. Its task was done, and then somebody removed it.</summary>
    public static async Task<Run> HasEndedInstanceAsync(this TestApp app, string crmId, Flow flow)
    {
        var instance = await app.HasInstanceWithSentMailAsync(crmId, flow);
        await app.ReceiveInboundAsync(new { type = "reply", messageId = $"{crmId}@example.org", flowInstanceId = TestApp.Wire(instance) });
        await app.UnassignAsync(instance.Id);
        await app.HasTaskAsync(instance, ToDoStatus.Done);
        return instance;
    }

    public static Task HasTaskAsync(this TestApp app, Run instance, ToDoStatus status) => new ToDoStore(app.Db).AddAsync(
        [new ToDo(
            app.Tenant.Id, app.NextId(), app.Tenant.User.Id, app.Tenant.Workspace.Id, instance.ProspectId, instance.Id, instance.FlowId, null, TaskKind.Manual, "CALL", null, status,
            ToDoPriority.Low, app.Clock.GetUtcNow(), app.Clock.GetUtcNow(), app.Clock.GetUtcNow())],
        CancellationToken.None);
}
