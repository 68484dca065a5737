using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Sluice.Kiota;
using Sluice.Kiota.Models;

/// <summary>The four calls with the client that Kiota generates.</summary>
internal static class KiotaCalls
{
    private const string CrmId = "kiota-1";

    public static async Task RunAsync(Server server)
    {
        using var adapter = new HttpClientRequestAdapter(new TokenProvider(server.Token));
        var client = new SluiceClient(adapter); // The address is that of the document.

        var form = new MultipartBody();
        form.AddOrReplacePart("dataFile", "application/octet-stream", Server.File(CrmId), "objects.json");
        var accepted = await client.V2.Crm.Entities.PostAsync(form, request =>
        {
            request.QueryParameters.IntegrationId = server.IntegrationId;
            request.QueryParameters.ObjectTypeAsCrmObjectType = CrmObjectType.CONTACT;
            request.QueryParameters.ClientRequestId = "kiota";
        });
        Server.Expect(accepted?.ClientRequestId == "kiota", "the upload is accepted");

        var assigned = await client.V2.Flows.Prospects.Assign.PostAsync(new AssignProspectsRequest
        {
            CrmProspectsIds = [CrmId],
            FlowId = Server.FlowId,
            FlowInstanceOwnerEmail = Server.Owner,
            Overrides = new AssignProspectsOverrides { FlowInstanceVariables = [new() { Name = "city", Value = "London" }] },
        });
        var instance = assigned?.ProspectsAssigned?.Single();
        Server.Expect(instance?.FlowId == Server.FlowId, "the prospect is assigned");

        var listed = await client.V2.Flows.Prospects.PostAsync(new ListAssignedFlowsRequest { CrmProspectsIds = [CrmId] });
        Server.Expect(listed?.ProspectsAssigned?.Single().FlowInstanceId == instance!.FlowInstanceId, "the flow instance is listed");

        var removed = await client.V2.Flows.Prospects.UnassignFlowsByInstanceId.PostAsync(new UnassignFlowsByInstanceIdRequest { FlowInstanceIds = [instance!.FlowInstanceId!] });
        Server.Expect(removed?.UnassignedFlowInstanceIds?.Single() == instance.FlowInstanceId, "the flow instance is removed");
        await ExpectErrorAsync(client);
    }

    private static async Task ExpectErrorAsync(SluiceClient client)
    {
        try
        {
            await client.V2.Flows.Prospects.PostAsync(new ListAssignedFlowsRequest());
            Server.Expect(false, "an empty request is refused");
        }
        catch (ErrorBody refusal)
        {
            Server.Expect(refusal.Errors?.Single() == "crmProspectsIds is empty", "a refusal has the sentences of the server");
        }
    }

    private sealed class TokenProvider(string token) : IAuthenticationProvider
    {
        public Task AuthenticateRequestAsync(
            RequestInformation request, Dictionary<string, object>? additionalAuthenticationContext = null, CancellationToken cancellationToken = default)
        {
            request.Headers.Add("Authorization", $"Bearer {token}");
            return Task.CompletedTask;
        }
    }
}
