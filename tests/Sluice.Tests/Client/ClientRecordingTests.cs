using System.Net;
using Sluice.Client;
using static Sluice.Tests.Client.ClientOf;

namespace Sluice.Tests.Client;

/// <summary>The typed client against answers of the original that somebody recorded (docs/sources.md).</summary>
public sealed class ClientRecordingTests
{
    private const string RequestId = "\"requestId\":\"4al018gzaztcr8nbukw\"";

    private static readonly CrmIntegrationId Crm = new("1");

    private static readonly Refusal[] Refusals =
    [
        new("POST /v2/flows/prospects/unassign-flows-by-instance-id", """{"flowInstanceIds":["1597409306735779049"]}""", 400, "One or more of the given flowInstanceIds does not exist",
            client => client.UnassignAsync([new FlowInstanceId("1597409306735779049")])),
        new("POST /v2/flows/steps", """{"flowIds":["1234567890123456789"]}""", 404, "Flow not found: flowId=1234567890123456789", client => client.ListFlowStepsAsync([new FlowId("1234567890123456789")]).ToListAsync()),
        new("POST /v2/flows/prospects/assign/cool-off-override", """{"flowId":"123","crmProspectsIds":["abc"],"flowInstanceOwnerEmail":"a@b.c"}""", 404, "Flow not found",
            client => client.AssignDespiteCoolOffAsync(new FlowId("123"), [new CrmId("abc")], "a@b.c")),
        new("GET /v2/flows/prospects/bulk-assignments/12345", null, 404, "Flow prospects bulk assignment 12345 not found", client => client.GetBulkAssignmentAsync(new BulkAssignmentId("12345"))),
        new("GET /v2/crm/entity-schema?integrationId=1", null, 401, "You don't have permission to use 'api:crm:schema' in your app.", client => client.GetCrmSchemaAsync(Crm)),
        new("GET /v2/crm/entities?integrationId=1&objectType=LEAD", """["1"]""", 415, "Unsupported Media Type", client => client.GetCrmObjectsAsync(Crm, CrmObjectType.Lead, ["1"])),
        new("POST /v2/crm/entities?integrationId=1&objectType=LEAD&clientRequestId=a", null, 400, "dataFile part is missing", client => client.UploadCrmObjectsAsync(Crm, CrmObjectType.Lead, "a", new MemoryStream())),
        new("GET /v2/workspaces", null, 405, "Method Not Allowed", client => client.ListWorkspacesAsync()),
        new("GET /v2/users", null, 401, "Validate credentials failed. Please check your credentials and try again.", client => client.ListUsersAsync().ToListAsync()),
    ];

    [Fact]
    public async Task It_reads_recorded_lists()
    {
        Assert.Empty(await Recorded("""{"records":{"totalRecords":0,"currentPageSize":0,"currentPageNumber":0},"flows":[]}""").ListFlowsAsync("a@b.c").ToListAsync());
        Assert.Empty(await Recorded("""{"prospectsAssigned":[]}""").ListAssignedFlowsAsync([new CrmId("test-prospect-123")]).ToListAsync());
        Assert.Empty((await Recorded("""{"unassignedFlowInstanceIds":[]}""").UnassignAsync(new CrmId("test-fake-id-12345"))).Unassigned);
        var folder = Assert.Single(await Recorded(
            """{"records":{"totalRecords":1,"currentPageSize":1,"currentPageNumber":0},"flowsFolders":[{"id":"100","name":"Shared With You","parentFolderId":"null","createdById":"null","visibility":"Shared"}]}""").ListFlowFoldersAsync("a@b.c").ToListAsync());
        Assert.Equal((new FlowFolderId("100"), "Shared With You", null, null, FlowVisibility.Shared), (folder.Id, folder.Name, folder.ParentFolderId, folder.CreatedById, folder.Visibility));
        var workspace = Assert.Single(await Recorded("""{"workspaces":[{"id":"7273476131570014205","name":"Initial workspace","description":"The built-in workspace"}]}""").ListWorkspacesAsync());
        Assert.Equal((new WorkspaceId("7273476131570014205"), "The built-in workspace"), (workspace.Id, workspace.Description));
    }

    [Fact]
    public async Task It_reads_a_recorded_failed_upload()
    {
        var request = await Recorded("""{"status":"FAILED","errors":[{"line":1,"description":"Mandatory field [emailAddress] is missing or empty"}],"totalErrorCount":1,"totalSuccessCount":0}""").GetCrmRequestAsync(new("1"), "a");

        Assert.Equal((CrmRequestStatus.Failed, 1, "Mandatory field [emailAddress] is missing or empty"), (request.Status, request.Errors[0].Line, request.Errors[0].Description));
    }

    [Fact]
    public async Task It_reads_the_times_of_recorded_users()
    {
        var user = Assert.Single(await Recorded("""{"users":[{"id":"1","created":"2023-10-17T21:21:39.277+02:00","emailAliases":[],"title":null,"conferencingProviders":null,"settings":null}]}""").ListUsersAsync().ToListAsync());

        Assert.Equal(new DateTimeOffset(2023, 10, 17, 21, 21, 39, 277, TimeSpan.FromHours(2)), user.Created);
        Assert.Empty(user.ConferencingProviders);
    }

    /// <summary>Also what the client sends is as it was recorded.</summary>
    [Fact]
    public async Task It_sends_what_was_recorded_and_tells_the_recorded_refusal()
    {
        foreach (var one in Refusals)
        {
            var (client, server) = Of(_ => Answer($$"""{{{RequestId}},"errors":["{{one.Sentence}}"]}""", (HttpStatusCode)one.Status), options => options.IdempotencyKeys = IdempotencyKeys.Unknown);

            var fault = await Assert.ThrowsAsync<SluiceException>(() => one.Call(client));

            Assert.Equal((one.Status, "4al018gzaztcr8nbukw", one.Sentence, false), ((int)fault.Status!, fault.RequestId, Assert.Single(fault.Errors), fault.IsOutcomeUnknown));
            Assert.Equal((one.Request, one.Body), one.Body is null ? (server.Heard.Single().Call, null) : server.Heard.Single());
        }
    }

    [Fact]
    public async Task Unknown_fields_and_words_are_kept_and_ids_that_are_numbers_keep_their_digits()
    {
        var task = Assert.Single(await Recorded(
            """{"tasks":[{"id":9223372036854775807,"userId":4193842069741237551,"status":"SNOOZED","created":"2026-03-02T09:00:00+0000","channel":{"kind":"sms"}}]}""").ListTasksAsync(new TaskFilter(new UserId("1"))));

        Assert.Equal((new TaskId("9223372036854775807"), new TaskState("SNOOZED")), (task.Id, task.Status));
        Assert.Equal("sms", task.Extra!["channel"].GetProperty("kind").GetString());
    }

    private static SluiceClient Recorded(string body, HttpStatusCode status = HttpStatusCode.OK) => Of(_ => Answer($"{{{RequestId},{body[1..]}", status)).Client;

    /// <summary>A refusal of the original, and what had been sent.</summary>
    /// <param name="Body">Null: it does not matter.</param>
    private sealed record Refusal(string Request, string? Body, int Status, string Sentence, Func<SluiceClient, Task> Call);
}
