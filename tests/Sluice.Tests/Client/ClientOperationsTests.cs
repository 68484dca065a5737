using System.Text.RegularExpressions;
using Sluice.Client;
using static Sluice.Tests.Client.ClientOf;

namespace Sluice.Tests.Client;

/// <summary>The typed client has each operation of the document, and no other.</summary>
public sealed partial class ClientOperationsTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_client_calls_every_operation_of_the_document(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (client, server) = Of(_ => Answer("{}"));

        await CallAllAsync(client);

        Assert.Equal(app.MappedOperations(), server.Heard.Select(one => Path().Replace(one.Call.Split('?')[0], "/{id}")).Select(NameOfTask).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>An answer without any field is read as empty lists and texts, not as a null in the caller's code.</summary>
    private static async Task CallAllAsync(SluiceClient client)
    {
        var (flow, instance, crmId, task, user) = (new FlowId("1"), new FlowInstanceId("1"), new CrmId("a"), new TaskId("1"), new UserId("1"));
        Assert.Empty(await client.ListFlowsAsync("a@b.c").ToListAsync());
        Assert.Empty(await client.ListFlowFoldersAsync("a@b.c").ToListAsync());
        Assert.Empty(await client.ListFlowStepsAsync([flow]).ToListAsync());
        Assert.Empty(await client.ListAssignedFlowsAsync([crmId]).ToListAsync());
        Assert.Empty(await client.ListFlowInstancesAsync([instance]).ToListAsync());
        Assert.Empty((await client.AssignAsync(flow, [crmId], "a@b.c")).Assigned);
        Assert.Empty((await client.AssignDespiteCoolOffAsync(flow, [crmId], "a@b.c")).NotAssigned);
        Assert.Empty((await client.UnassignAsync([instance])).Unassigned);
        Assert.Empty((await client.UnassignAsync(crmId)).Unassigned);
        Assert.Empty((await client.BeginBulkAssignmentAsync(flow, [new BulkProspect { CrmId = crmId }], "a@b.c")).Results);
        Assert.Empty((await client.GetBulkAssignmentAsync(new BulkAssignmentId("1"))).Results);
        Assert.Empty(await client.ListTasksAsync(new TaskFilter(user)));
        Assert.Null(await client.ChangeTaskAsync(task, user, new TaskChange(TaskState.Done)));
        Assert.Empty(await client.ListUsersAsync().ToListAsync());
        Assert.Empty(await client.ListUsersAsync(new UserFilter(UserIds: [user])).ToListAsync());
        Assert.Empty((await client.GetUserAsync(user)).EmailAliases);
        Assert.Empty(await client.ListWorkspacesAsync());
        await CallCrmAsync(client);
        Assert.Empty((await client.FindDataOfEmailAsync("a@b.c")).Emails);
        Assert.Empty((await client.FindDataOfPhoneAsync("+1")).MatchingPhoneNumbers);
        await client.EraseDataOfEmailAsync("a@b.c");
        await client.EraseDataOfPhoneAsync("+1");
    }

    private static async Task CallCrmAsync(SluiceClient client)
    {
        var crm = new CrmIntegrationId("1");
        Assert.Equal("", $"{await client.RegisterCrmIntegrationAsync("Own", "a@b.c")}");
        Assert.Empty(await client.ListCrmIntegrationsAsync());
        await client.DeleteCrmIntegrationAsync(crm, "x");
        await client.SetCrmSchemaAsync(crm, CrmObjectType.Lead, [new CrmField("size") { Type = "NUMBER", Label = "Size" }]);
        Assert.Empty(await client.GetCrmSchemaAsync(crm));
        await client.UploadCrmObjectsAsync(crm, CrmObjectType.Lead, "x", new MemoryStream());
        Assert.Empty(await client.GetCrmObjectsAsync(crm, CrmObjectType.Lead, ["1"]));
        Assert.Empty((await client.GetCrmRequestAsync(crm, "x")).Errors);
    }

    private static string NameOfTask(string operation) => operation == "PATCH /v2/tasks/{id}" ? Operations.ChangeTask : operation;

    [GeneratedRegex("/1$")]
    private static partial Regex Path();
}
