using System.Text.Json;
using Sluice.Engine.Crm;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Crm;

internal static class CrmEndpoints
{
    private const long MaxUpload = 200 * 1024 * 1024; // [doc]
    private const int MaxIds = 1000;
    private const int MaxClientRequestId = 1000; // Bytes [inf]

    public static void AddCrm(this IServiceCollection services) => services.AddSingleton<CrmUpload>();

    public static void MapCrm(this IEndpointRouteBuilder api)
    {
        var crm = api.MapGroup("/v2/crm");

        crm.MapPut("/integrations", Register).Needs("api:crm:integration:register", BodyKind.JsonObject).WithDescription(CrmDescription.Register);
        crm.MapGet("/integrations", List).Needs("api:crm:integrations:read").WithDescription(CrmDescription.List);
        crm.MapDelete("/integrations", Delete).Needs("api:crm:integration:delete").WithDescription(CrmDescription.Delete);
        crm.MapPost("/entity-schema", SetSchema).Needs("api:crm:schema", BodyKind.JsonList).WithDescription(CrmDescription.SetSchema);
        crm.MapGet("/entity-schema", GetSchema).Needs("api:crm:schema").WithDescription(CrmDescription.GetSchema);
        crm.MapPost("/entities", Upload).Needs("api:crm:upload").WithDescription(CrmDescription.Upload);
        crm.MapGet("/entities", GetObjects).Needs("api:crm:get-objects", BodyKind.JsonList).WithDescription(CrmDescription.GetObjects);
        crm.MapGet("/request-status", GetStatus).Needs("api:crm:upload").WithDescription(CrmDescription.GetStatus);
    }

    private static async Task<IResult> Register(Call call, CrmIntegrationStore integrations, IdMaker ids, TimeProvider clock)
    {
        var fields = call.ReadBody();
        var (name, email) = (fields.RequiredText("name"), fields.Email("ownerEmail"));
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var integration = new CrmIntegration(call.CompanyId, ids.Next(), name, email, clock.GetUtcNow());
        return await integrations.AddAsync(integration, call.Ct)
            ? new Answer<IntegrationAnswer>(new(call.RequestId, integration.Id), CrmJson.Default.IntegrationAnswer)
            : new ApiError(
                StatusCodes.Status409Conflict,
                "Your organization already has an active GENERIC CRM integration. Only 1 active integration is supported. Please disconnect the existing GENERIC CRM integration before creating a new Generic CRM integration"); // [rec]
    }

    private static async Task<IResult> List(Call call, CrmIntegrationStore integrations)
    {
        var found = await integrations.ListAsync(call.CompanyId, call.Ct);
        return new Answer<IntegrationsAnswer>(
            new(call.RequestId, found.ConvertAll(one => new IntegrationItem(one.Id, one.Name, one.OwnerEmail))), CrmJson.Default.IntegrationsAnswer);
    }

    /// <summary>Deletes an integration. The API treats this as an asynchronous request, but here the deletion is complete before the answer.</summary>
    private static async Task<IResult> Delete(Call call, CrmIntegrationStore integrations, Db db, IdMaker ids, TimeProvider clock)
    {
        var parameters = call.ReadQuery();
        var (integrationId, clientRequestId) = (parameters.Id("integrationId"), parameters.RequiredText("clientRequestId", MaxClientRequestId));
        return await WithIntegrationAsync(call, integrations, parameters, integrationId, async integration =>
        {
            var request = new CrmRequest(call.CompanyId, integrationId, clientRequestId, ids.Next(), null, CrmRequest.Done, [], 0, 1, 0);
            return Accepted(call, clientRequestId, await db.InTransactionAsync(tx => DeleteAsync(tx, integration, request, clock.GetUtcNow(), call.Ct), call.Ct));
        });
    }

    /// <returns>False if the client has used this clientRequestId before; then the integration stays.</returns>
    private static async Task<bool> DeleteAsync(IDbSession tx, CrmIntegration integration, CrmRequest request, DateTimeOffset now, CancellationToken ct)
    {
        var isNew = await new CrmRequestStore(tx).AddAsync(request, now, now, ct);
        if (isNew)
        {
            await new CrmIntegrationStore(tx).DeleteAsync(integration, now, ct);
        }

        return isNew;
    }

    private static async Task<IResult> SetSchema(Call call, CrmIntegrationStore integrations)
    {
        var parameters = call.ReadQuery();
        var (integrationId, objectType) = (parameters.Id("integrationId"), parameters.Word("objectType", CrmObjectType.All));
        var fields = call.ReadList().Select(CrmField.Read).ToList();
        if (parameters.Refusal is null && fields.Select(field => field.WhyNot()).FirstOrDefault(fault => fault is not null) is { } fault)
        {
            return ApiError.Faults([fault]);
        }

        return await WithIntegrationAsync(call, integrations, parameters, integrationId, async integration =>
        {
            var lastOfEach = fields.GroupBy(field => field.UniqueName, StringComparer.Ordinal).Select(same => same.Last()).ToList();
            await integrations.SetFieldsAsync(integration, objectType, lastOfEach, call.Ct);
            return new Answer<DoneAnswer>(new(call.RequestId), CrmJson.Default.DoneAnswer);
        });
    }

    private static Task<IResult> GetSchema(Call call, CrmIntegrationStore integrations)
    {
        var parameters = call.ReadQuery();
        var integrationId = parameters.Id("integrationId");
        var objectType = parameters.OptionalWord("objectType", CrmObjectType.All);
        return WithIntegrationAsync(call, integrations, parameters, integrationId, async integration =>
            new SchemaAnswer(await integrations.ListFieldsAsync(integration, objectType, call.Ct)));
    }

    private static async Task<IResult> Upload(Call call, CrmIntegrationStore integrations, CrmUpload upload)
    {
        var parameters = call.ReadQuery();
        var (integrationId, objectType, clientRequestId) = (parameters.Id("integrationId"), parameters.Word("objectType", CrmObjectType.All), parameters.RequiredText("clientRequestId", MaxClientRequestId));
        if (RequestBody.RefuseCompressed(call.Request.HttpContext) is { } compressed)
        {
            return compressed;
        }

        if (!(call.Request.ContentType ?? "").StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return new ApiError(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type");
        }

        if (call.Request.ContentLength > MaxUpload)
        {
            return new ApiError(StatusCodes.Status413PayloadTooLarge, "Request body is too large");
        }

        return await WithIntegrationAsync(call, integrations, parameters, integrationId, integration => ReceiveAsync(call, integration, objectType, clientRequestId, upload));
    }

    private static async Task<IResult> ReceiveAsync(Call call, CrmIntegration integration, string objectType, string clientRequestId, CrmUpload upload)
    {
        try
        {
            return await CrmUpload.FindPartAsync(call.Request, call.Ct) is { } part
                ? Accepted(call, clientRequestId, await upload.ReceiveAsync(integration, objectType, clientRequestId, part, call.Ct))
                : ApiError.Faults(["dataFile part is missing"]); // [rec]
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or FormatException && !call.Ct.IsCancellationRequested)
        {
            return ApiError.BadRequest; // The body is cut off, or it is not valid multipart data.
        }
    }

    private static async Task<IResult> GetObjects(Call call, CrmObjectStore objects)
    {
        var parameters = call.ReadQuery();
        var (integrationId, objectType) = (parameters.Id("integrationId"), parameters.Word("objectType", CrmObjectType.All));
        var ids = call.ReadList().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!).Where(Prospect.IsPossibleCrmId).Distinct().ToList();
        if (parameters.Refusal is { } refusal)
        {
            return refusal;
        }

        return ids.Count > MaxIds
            ? ApiError.Faults([$"the list should hold at most {MaxIds} items"]) // [inf]
            : new ObjectsAnswer(await objects.FindAsync(call.CompanyId, integrationId, objectType, ids, call.Ct));
    }

    private static async Task<IResult> GetStatus(Call call, CrmRequestStore requests)
    {
        var parameters = call.ReadQuery();
        var (integrationId, clientRequestId) = (parameters.Id("integrationId"), parameters.RequiredText("clientRequestId", MaxClientRequestId));
        if (parameters.Refusal is { } refusal)
        {
            return refusal;
        }

        return await requests.FindAsync(call.CompanyId, integrationId, clientRequestId, call.Ct) is { } request
            ? new Answer<RequestStatusAnswer>(RequestStatusAnswer.From(call.RequestId, request), CrmJson.Default.RequestStatusAnswer)
            : ApiError.NotFound($"Request {clientRequestId} not found"); // [inf]
    }

    private static IResult Accepted(Call call, string clientRequestId, bool isNew) => isNew
        ? new Answer<AcceptedAnswer>(new(call.RequestId, clientRequestId), CrmJson.Default.AcceptedAnswer, StatusCodes.Status201Created)
        : new ApiError(StatusCodes.Status409Conflict, $"clientRequestId {clientRequestId} was used before"); // [doc]; the sentence [inf]

    private static async Task<IResult> WithIntegrationAsync(Call call, CrmIntegrationStore integrations, RequestReader parameters, long integrationId, Func<CrmIntegration, Task<IResult>> work) =>
        parameters.Refusal is { } refusal ? refusal
        : await integrations.FindAsync(call.CompanyId, integrationId, call.Ct) is { } integration ? await work(integration)
        : ApiError.NotFound($"Integration not found: integrationId={WireId.Write(integrationId)}"); // [inf]
}
