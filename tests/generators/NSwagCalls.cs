using System.Net.Http.Headers;
using Sluice.NSwag;

/// <summary>The four calls with the client that NSwag generates.</summary>
internal static class NSwagCalls
{
    private const string CrmId = "nswag-1";

    public static async Task RunAsync(Server server)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        var client = new SluiceClient(http); // The address is that of the document.

        var accepted = await client.UploadCrmObjectsAsync(server.IntegrationId, CrmObjectType.CONTACT, "nswag", new FileParameter(Server.File(CrmId), "objects.json"));
        Server.Expect(accepted.ClientRequestId == "nswag", "the upload is accepted");

        var assigned = await client.AssignProspectsAsync(new AssignProspectsRequest
        {
            CrmProspectsIds = [CrmId],
            FlowId = Server.FlowId,
            FlowInstanceOwnerEmail = Server.Owner,
            Overrides = new AssignProspectsOverrides { FlowInstanceVariables = [new() { Name = "city", Value = "London" }] },
        });
        var instance = assigned.ProspectsAssigned.Single();
        Server.Expect(instance.FlowId == Server.FlowId, "the prospect is assigned");

        var listed = await client.ListAssignedFlowsAsync(new ListAssignedFlowsRequest { CrmProspectsIds = [CrmId] });
        Server.Expect(listed.ProspectsAssigned.Single().FlowInstanceId == instance.FlowInstanceId, "the flow instance is listed");

        var removed = await client.UnassignFlowsByInstanceIdAsync(new UnassignFlowsByInstanceIdRequest { FlowInstanceIds = [instance.FlowInstanceId] });
        Server.Expect(removed.UnassignedFlowInstanceIds.Single() == instance.FlowInstanceId, "the flow instance is removed");
        await ExpectErrorAsync(client);
    }

    private static async Task ExpectErrorAsync(SluiceClient client)
    {
        try
        {
            await client.ListAssignedFlowsAsync(new ListAssignedFlowsRequest());
            Server.Expect(false, "an empty request is refused");
        }
        catch (ApiException<ErrorBody> refusal)
        {
            Server.Expect(refusal.Result.Errors.Single() == "crmProspectsIds is empty", "a refusal has the sentences of the server");
        }
    }
}
