using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Flows;

/// <summary>Answers that were recorded or that the API's pages print, byte for byte, in both profiles.</summary>
public sealed class FlowGoldenTests
{
    [Theory, EveryProfile]
    [Wire(ListFlows, "rec", "A user with no flow: zeros and an empty list")]
    [Wire(All, "rec", "On the last page the cursor is absent, not null")]
    public async Task A_user_without_flows_gets_zeros_and_an_empty_list(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var empty = await app.HasEmptyTenantAsync();
        await app.HasUserAsync("none@example.com", of: empty);

        var reply = await app.GetAsync("/v2/flows?flowOwnerEmail=none@example.com", empty.Key);

        reply.ShouldBeExactly(OK, """{"records":{"totalRecords":0,"currentPageSize":0,"currentPageNumber":0},"flows":[]}""");
    }

    [Theory, EveryProfile]
    [Wire(ListFlows, "doc", "The fields of a flow, in the page's order")]
    public async Task A_flow_is_shown_with_its_folder(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var tenant = await app.HasEmptyTenantAsync();
        tenant = tenant with { User = await app.HasUserAsync("owner@example.com", of: tenant) };
        var folder = await app.HasFolderAsync("Inbound", of: tenant);
        await app.HasFlowAsync("First touch", folder: folder, of: tenant, change: one => one with { Id = 8012345678901234567 });

        var reply = await app.GetAsync("/v2/flows?flowOwnerEmail=owner@example.com", tenant.Key);

        reply.ShouldBeExactly(OK, $$"""
            {"records":{"totalRecords":1,"currentPageSize":1,"currentPageNumber":0},"flows":[{"id":"8012345678901234567",
            "name":"First touch","folderId":"{{folder.Id}}","folderName":"Inbound","visibility":"Company",
            "creationDate":"2026-03-02T01:00:00-08:00","exclusive":false}]}
            """.ReplaceLineEndings(""));
    }

    [Theory, EveryProfile]
    [Wire(ListFlows, "rep", "flowOwnerEmail is required; flowEmailOwner, the name in the page's prose, does not count", Refusal = true)]
    public async Task A_listing_without_the_owners_address_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.GetAsync($"/v2/flows?flowEmailOwner={TestApp.RepEmail}");

        reply.ShouldBeExactly(BadRequest, """{"errors":["flowOwnerEmail parameter is missing"]}""");
    }

    [Theory, EveryProfile]
    [Wire(ListFolders, "rec", "Every user has the folder Shared With You; its empty fields hold the word null")]
    [Wire(ListFolders, "rec", "The list is called flowsFolders")]
    [Wire(ListFolders, "doc", "The list is called flows: both keys are present with the same rows")]
    public async Task A_user_without_folders_sees_only_the_folder_Shared_With_You(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.GetAsync($"/v2/flows/folders?flowFolderOwnerEmail={TestApp.RepEmail}");

        const string folder = """{"id":"100","name":"Shared With You","parentFolderId":"null","createdById":"null","visibility":"Shared"}""";
        reply.ShouldBeExactly(
            OK, $$"""{"records":{"totalRecords":1,"currentPageSize":1,"currentPageNumber":0},"flowsFolders":[{{folder}}],"flows":[{{folder}}]}""");
    }

    [Theory, EveryProfile]
    [Wire(ListSteps, "rec", "One unknown flow refuses the whole call", Refusal = true)]
    public async Task Steps_of_an_unknown_flow_are_not_found(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.PostTextAsync("/v2/flows/steps", $$"""{"flowIds":["{{app.Tenant.Flow.Id}}","1234567890123456789"]}""");

        reply.ShouldBeExactly(NotFound, """{"errors":["Flow not found: flowId=1234567890123456789"]}""");
    }
}
