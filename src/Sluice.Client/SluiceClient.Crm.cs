using System.Text.Json;

namespace Sluice.Client;

// The company's own CRM: how prospects come in.
public sealed partial class SluiceClient
{
    /// <summary>Registers the company's CRM. A company has one at most; a second is a 409.</summary>
    public async Task<CrmIntegrationId> RegisterCrmIntegrationAsync(string name, string ownerEmail, CancellationToken ct = default) => (await WriteAsync(
        HttpMethod.Put, "/v2/crm/integrations", new IntegrationRequest(name, ownerEmail), SluiceJson.Default.IntegrationRequest, SluiceJson.Default.IntegrationAnswer, ct).ConfigureAwait(false)).IntegrationId;

    /// <summary>Lists the CRM of the company: one or none.</summary>
    public async Task<IReadOnlyList<CrmIntegration>> ListCrmIntegrationsAsync(CancellationToken ct = default) =>
        (await GetAsync("/v2/crm/integrations", SluiceJson.Default.IntegrationsAnswer, ct).ConfigureAwait(false)).Integrations ?? [];

    /// <summary>Begins to delete a CRM with all its objects. <see cref="GetCrmRequestAsync"/> says how far it is.</summary>
    /// <param name="integration">The CRM.</param>
    /// <param name="clientRequestId">A name that you give this request: letters, digits, dashes and underscores. Each works once.</param>
    public Task DeleteCrmIntegrationAsync(CrmIntegrationId integration, string clientRequestId, CancellationToken ct = default) => WriteAsync(
        HttpMethod.Delete, Query.To("/v2/crm/integrations", ("integrationId", integration.Value), ("clientRequestId", clientRequestId)), SluiceJson.Default.DoneAnswer, ct);

    /// <summary>Sets the fields of an object type. The list is the whole list each time: a field that was there before must be in it.</summary>
    public Task SetCrmSchemaAsync(CrmIntegrationId integration, CrmObjectType type, IReadOnlyList<CrmField> fields, CancellationToken ct = default) => WriteAsync(
        HttpMethod.Post, Query.To("/v2/crm/entity-schema", ("integrationId", integration.Value), ("objectType", type.Value)), fields,
        SluiceJson.Default.IReadOnlyListCrmField, SluiceJson.Default.DoneAnswer, ct);

    /// <summary>Reads the fields of an object type, or of all types.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<CrmField>>> GetCrmSchemaAsync(CrmIntegrationId integration, CrmObjectType? type = null, CancellationToken ct = default) =>
        (await GetAsync(Query.To("/v2/crm/entity-schema", ("integrationId", integration.Value), ("objectType", type?.Value)), SluiceJson.Default.SchemaAnswer, ct).ConfigureAwait(false))
        .ObjectTypeToSelectedFields ?? new Dictionary<string, IReadOnlyList<CrmField>>();

    /// <summary>
    /// Sends objects to the CRM: one JSON object a line, 200 MB at most. The stream is read while it is sent. After a failure it is not sent again; ask
    /// <see cref="GetCrmRequestAsync"/> whether it has come.
    /// </summary>
    /// <param name="integration">The CRM.</param>
    /// <param name="type">The type of the objects.</param>
    /// <param name="clientRequestId">A name that you give this request: letters, digits, dashes and underscores. Each works once.</param>
    /// <param name="lines">The objects. The stream stays open.</param>
    public Task UploadCrmObjectsAsync(CrmIntegrationId integration, CrmObjectType type, string clientRequestId, Stream lines, CancellationToken ct = default) => _sender.SendAsync(
        new ApiRequest(HttpMethod.Post, Query.To("/v2/crm/entities", ("integrationId", integration.Value), ("objectType", type.Value), ("clientRequestId", clientRequestId)))
        {
            Content = () => new MultipartFormDataContent { { new StreamContent(new KeptOpen(lines)), "dataFile", "objects.json" } },
            CanRepeat = false,
            IsUpload = true,
        },
        SluiceJson.Default.DoneAnswer,
        ct);

    /// <summary>Reads objects by their ids, 100 at most, as they were uploaded. An id that no object has is null in the answer.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement?>> GetCrmObjectsAsync(CrmIntegrationId integration, CrmObjectType type, IReadOnlyList<string> objectIds, CancellationToken ct = default) =>
        (await _sender.SendAsync(
            new ApiRequest(HttpMethod.Get, Query.To("/v2/crm/entities", ("integrationId", integration.Value), ("objectType", type.Value)))
            {
                Content = JsonBody(objectIds, SluiceJson.Default.IReadOnlyListString), // A GET with a body [rec].
            },
            SluiceJson.Default.ObjectsAnswer,
            ct).ConfigureAwait(false)).CrmObjectsMap ?? new Dictionary<string, JsonElement?>();

    /// <summary>Reads how far an upload, or the removal of a CRM, has come.</summary>
    public Task<CrmRequest> GetCrmRequestAsync(CrmIntegrationId integration, string clientRequestId, CancellationToken ct = default) =>
        GetAsync(Query.To("/v2/crm/request-status", ("integrationId", integration.Value), ("clientRequestId", clientRequestId)), SluiceJson.Default.CrmRequest, ct);
}
