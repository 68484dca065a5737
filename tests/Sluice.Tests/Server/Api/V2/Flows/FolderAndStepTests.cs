using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;

using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Flows;

public sealed class FolderAndStepTests
{
    [Theory, EveryDatabase]
    [Wire(ListFolders, "rec", "The list is called flowsFolders; every user has the folder Shared With You, with the word null in its empty fields")]
    [Wire(ListFolders, "doc", "The list is also called flows: both keys hold the same rows")]
    [Wire(ListFolders, "doc", "Shows the company's folders and the user's own, not those of others")]
    public async Task A_user_sees_the_companys_folders_and_their_own(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var open = await app.HasFolderAsync("Open");
        var (own, theirs) = (await HasFolderAsync(app, app.Tenant.User.Id), await HasFolderAsync(app, (await app.HasUserAsync("other@example.com")).Id));

        var reply = await app.GetAsync($"/v2/flows/folders?flowFolderOwnerEmail={TestApp.RepEmail}");

        Assert.Equal(["100", $"{open.Id}", $"{own.Id}"], reply.Each("flowsFolders", "id"));
        Assert.Equal(["Shared", "Company", "Personal"], reply.Each("flowsFolders", "visibility"));
        Assert.Equal(reply.Json["flowsFolders"]!.ToJsonString(), reply.Json["flows"]!.ToJsonString());
        Assert.DoesNotContain($"{theirs.Id}", reply.Body, StringComparison.Ordinal);
        Assert.Equal("""{"totalRecords":3,"currentPageSize":3,"currentPageNumber":0}""", reply.Json["records"]!.ToJsonString());
    }

    [Theory, EveryDatabase]
    [Wire(ListFolders, "doc", "parentId shows that folder and its children")]
    [Wire(ListFolders, "doc", "workspaceId shows the folders of that workspace")]
    public async Task Parent_and_workspace_narrow_the_list(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var parent = await app.HasFolderAsync("Parent");
        var child = await HasFolderAsync(app, app.Tenant.User.Id, parent.Id);
        await app.HasFolderAsync("Aside");

        Assert.Equal([$"{parent.Id}", $"{child.Id}"], (await GetAsync($"&parentId={parent.Id}")).Each("flowsFolders", "id"));
        Assert.Equal(["100"], (await GetAsync("&workspaceId=1")).Each("flowsFolders", "id"));

        Task<Reply> GetAsync(string filter) => app.GetAsync($"/v2/flows/folders?flowFolderOwnerEmail={TestApp.RepEmail}{filter}");
    }

    [Theory, EveryDatabase]
    [Wire(ListFolders, "doc", "More than a hundred folders are paged; Shared With You counts as one of them")]
    public async Task Folders_come_in_pages(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        for (var i = 0; i < 100; i++)
        {
            await app.HasFolderAsync($"Folder {i}");
        }

        var first = await app.GetAsync($"/v2/flows/folders?flowFolderOwnerEmail={TestApp.RepEmail}");
        var second = await app.GetAsync($"/v2/flows/folders?flowFolderOwnerEmail={TestApp.RepEmail}&cursor={first.Json["records"]!["cursor"]}");

        Assert.Equal("100", first.Each("flowsFolders", "id").First());
        Assert.Equal("""{"totalRecords":101,"currentPageSize":1,"currentPageNumber":1}""", second.Json["records"]!.ToJsonString());
        Assert.Equal(101, first.Each("flowsFolders", "id").Concat(second.Each("flowsFolders", "id")).Distinct().Count());
    }

    [Theory, EveryDatabase]
    [Wire(ListFolders, "rep", "flowFolderOwnerEmail is required", Refusal = true)]
    [Wire(ListFolders, "rec", "A cursor from another call", Refusal = true)]
    public async Task A_faulty_listing_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        (await app.GetAsync("/v2/flows/folders?flowOwnerEmail=x&parentId=y")).ShouldRefuse(BadRequest, "flowFolderOwnerEmail parameter is missing", "parentId should be a valid Long");
        (await app.GetAsync($"/v2/flows/folders?flowFolderOwnerEmail={TestApp.RepEmail}&cursor=x")).ShouldRefuse(BadRequest, "Failed to verify cursor");
    }

    [Theory, EveryDatabase]
    [Wire(ListSteps, "doc", "Flows come in the order of the request, each with its steps from 1; the description may be null")]
    public async Task Steps_come_with_their_flows(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (one, other) = (app.Tenant.Flow, await app.HasFlowAsync("Other", exclusive: true));
        var second = await app.HasStepAsync(one, order: 2, action: "AUTO_SEND_EMAIL");
        var first = await app.HasStepAsync(one);

        var reply = await StepsAsync(app, other.Id, one.Id, other.Id);

        reply.ShouldBe(OK, $$"""
            { "flows": [
              { "id": "{{other.Id}}", "name": "Other", "folderId": null, "visibility": "Company", "creationDate": "2026-03-02T01:00:00-08:00", "exclusive": true,
                "description": null, "steps": [] },
              { "id": "{{one.Id}}", "name": "SDR Flow", "folderId": null, "visibility": "Company", "creationDate": "2026-03-02T01:00:00-08:00", "exclusive": false,
                "description": null, "steps": [
                  { "id": "{{first.Id}}", "stepOrder": 1, "action": "CALL", "subject": null, "body": null, "isReply": false },
                  { "id": "{{second.Id}}", "stepOrder": 2, "action": "AUTO_SEND_EMAIL", "subject": null, "body": null, "isReply": false }] }
            ] }
            """);
    }

    [Theory, EveryDatabase]
    [Wire(ListSteps, "rec", "One unknown flow refuses the whole call, and is named", Refusal = true)]
    [Wire(ListSteps, "doc", "More than twenty flows", Refusal = true)]
    [Wire(ListSteps, "rep", "No flow at all", Refusal = true)]
    public async Task A_faulty_request_for_steps_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        (await StepsAsync(app, app.Tenant.Flow.Id, 17)).ShouldRefuse(NotFound, "Flow not found: flowId=17");
        (await StepsAsync(app, [.. Enumerable.Range(1, 21).Select(id => (long)id)])).ShouldRefuse(BadRequest, "flowIds should hold at most 20 items");
        (await StepsAsync(app)).ShouldRefuse(BadRequest, "flowIds is empty");
    }

    [Theory, EveryProfile]
    [Wire(ListFolders, "rep", "A flowFolderOwnerEmail that is not an address, reported together with all other faults", Refusal = true)]
    [Wire(ListFolders, "rep", "A flowFolderOwnerEmail that belongs to no user: documented 400, observed 404", Refusal = true)]
    [Wire(ListSteps, "rep", "An invalid id", Refusal = true)]
    [Wire(ListSteps, "doc", "A flow that is requested twice is shown once")]
    public async Task Malformed_values_and_unknown_users_are_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        (await app.GetAsync("/v2/flows/folders?flowFolderOwnerEmail=x&parentId=y")).ShouldRefuse(
            BadRequest, "flowFolderOwnerEmail: x is not a valid email address", "parentId should be a valid Long");
        (await app.GetAsync("/v2/flows/folders?flowFolderOwnerEmail=no@example.com")).ShouldRefuse(
            profile == "documented" ? BadRequest : NotFound, "User with the given email no@example.com wasn't found");
        (await app.PostAsync("/v2/flows/steps", new { flowIds = new[] { "x" } })).ShouldRefuse(BadRequest, "flowIds should be a valid Long");
        Assert.Single((await app.PostAsync("/v2/flows/steps", new { flowIds = new[] { app.Tenant.Flow.Id, app.Tenant.Flow.Id } })).Each("flows", "id"));
    }

    private static Task<Reply> StepsAsync(TestApp app, params long[] ids) => app.PostAsync("/v2/flows/steps", new { flowIds = ids.Select(WireId.Write) });

    private static async Task<Folder> HasFolderAsync(TestApp app, long ownerId, long? parentId = null)
    {
        var folder = new Folder(app.Tenant.Id, app.NextId(), parentId, app.Tenant.Workspace.Id, ownerId, "Own", FlowVisibility.Personal);
        await new FolderStore(app.Db).AddAsync(folder, CancellationToken.None);
        return folder;
    }
}
