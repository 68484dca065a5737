using System.Net;
using Sluice.Client;
using static Sluice.Tests.Client.ClientOf;

namespace Sluice.Tests.Client;

/// <summary>The typed client against answers of the original that somebody recorded (docs/sources.md).</summary>
public sealed class ClientRecordingTests
{
    private const string RequestId = "\"requestId\":\"4al018gzaztcr8nbukw\"";

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

    [Theory]
    [InlineData(400, "One or more of the given flowInstanceIds does not exist")]
    [InlineData(404, "Flow not found: flowId=1234567890123456789")]
    [InlineData(401, "You don't have permission to use 'api:crm:schema' in your app.")]
    [InlineData(405, "Method Not Allowed")]
    [InlineData(415, "Unsupported Media Type")]
    public async Task It_tells_a_recorded_refusal(int status, string sentence)
    {
        var client = Recorded($$"""{"errors":["{{sentence}}"]}""", (HttpStatusCode)status);

        var fault = await Assert.ThrowsAsync<SluiceException>(() => client.UnassignAsync([new FlowInstanceId("1597409306735779049")]));

        Assert.Equal((status, "4al018gzaztcr8nbukw", sentence), ((int)fault.Status!, fault.RequestId, Assert.Single(fault.Errors)));
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
}
