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
    private const int MaxIds = 100; // [doc]
    private const int MaxFaults = 100;

    private static readonly ApiError TooLarge = new(StatusCodes.Status413PayloadTooLarge, "Request body is too large");

    public static void AddCrm(this IServiceCollection services) => services.AddSingleton<CrmUpload>();

    public static void MapCrm(this IEndpointRouteBuilder api)
    {
        var crm = api.MapGroup("/v2/crm");

        crm.MapPut("/integrations", Register).Needs("api:crm:integration:register", BodyKind.JsonObject, lists403: false, lists429: false).WithDescription(CrmDescription.Register);
        crm.MapGet("/integrations", List).Needs("api:crm:integrations:read", lists403: false, lists429: false).WithDescription(CrmDescription.List);
        crm.MapDelete("/integrations", Delete).Needs("api:crm:integration:delete", lists403: false, lists429: false).WithDescription(CrmDescription.Delete);
        crm.MapPost("/entity-schema", SetSchema).Needs("api:crm:schema", BodyKind.JsonList, lists403: false).WithDescription(CrmDescription.SetSchema);
        crm.MapGet("/entity-schema", GetSchema).Needs("api:crm:schema", lists403: false).WithDescription(CrmDescription.GetSchema);
        crm.MapPost("/entities", Upload).Needs("api:crm:upload", lists403: false).WithDescription(CrmDescription.Upload);
        crm.MapGet("/entities", GetObjects).Needs("api:crm:get-objects", BodyKind.JsonList, lists403: false).WithDescription(CrmDescription.GetObjects);
        crm.MapGet("/request-status", GetStatus).Needs("api:crm:upload", lists403: false).WithDescription(CrmDescription.GetStatus);
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

    /// <summary>Removes an integration from sight. A worker then deletes its objects.</summary>
    private static async Task<IResult> Delete(Call call, CrmIntegrationStore integrations, Db db, IdMaker ids, CrmWorker worker, Profile profile, TimeProvider clock)
    {
        var query = call.ReadQuery();
        var (integrationId, clientRequestId) = (query.Id("integrationId"), CrmQuery.ClientRequestId(query));
        return await WithIntegrationAsync(call, integrations, profile, query, integrationId, async integration =>
        {
            var request = new CrmRequest(call.CompanyId, integrationId, clientRequestId, ids.Next(), null, CrmRequest.Pending, [], 0, 0, 0);
            var isNew = await db.InTransactionAsync(tx => DeleteAsync(tx, integration, request, clock.GetUtcNow(), call.Ct), call.Ct);
            worker.Wake();
            return Accepted(call, clientRequestId, isNew);
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

    private static async Task<IResult> SetSchema(Call call, SetCrmSchema set, Profile profile)
    {
        var query = call.ReadQuery();
        var (integrationId, objectType) = (query.Id("integrationId"), query.Word("objectType", CrmObjectType.WithSchema));
        var read = call.ReadList().Select(CrmFieldReader.Read).ToList();
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        if (read.SelectMany(one => one.Faults).Take(MaxFaults).ToList() is { Count: > 0 } faults)
        {
            return ApiError.Faults(faults);
        }

        var lastOfEach = read.GroupBy(one => one.Field.UniqueName, StringComparer.Ordinal).Select(same => same.Last().Field).ToList();
        return await set.RunAsync(call.CompanyId, integrationId, objectType, lastOfEach, call.Ct) switch
        {
            null => CrmQuery.UnknownIntegration(profile, integrationId),
            { Count: > 0 } missing => ApiError.Faults([$"The list should include all fields, and these are missing: {string.Join(", ", missing)}. To delete a field, send it with isDeleted"]), // [doc]; the sentence [inf]
            _ => new Answer<DoneAnswer>(new(call.RequestId), CrmJson.Default.DoneAnswer, profile.SchemaSet),
        };
    }

    private static Task<IResult> GetSchema(Call call, CrmIntegrationStore integrations, Profile profile)
    {
        var query = call.ReadQuery();
        var (integrationId, objectType) = (query.Id("integrationId"), query.OptionalWord("objectType", CrmObjectType.WithSchema));
        return WithIntegrationAsync(call, integrations, profile, query, integrationId, async integration =>
            new SchemaAnswer(await integrations.ListFieldsAsync(integration.CompanyId, integration.Id, objectType, call.Ct)));
    }

    private static async Task<IResult> Upload(Call call, CrmIntegrationStore integrations, CrmUpload upload, Profile profile)
    {
        var query = call.ReadQuery();
        var (integrationId, objectType, clientRequestId) = (query.Id("integrationId"), query.Word("objectType", CrmObjectType.All), CrmQuery.ClientRequestId(query));
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
            return TooLarge;
        }

        return await WithIntegrationAsync(
            call, integrations, profile, query, integrationId, integration => ReceiveAsync(call, integration, objectType, clientRequestId, upload));
    }

    private static async Task<IResult> ReceiveAsync(Call call, CrmIntegration integration, string objectType, string clientRequestId, CrmUpload upload)
    {
        try
        {
            var parts = UploadParts.Open(call.Request);
            return await parts.FindAsync(call.Ct) is { } part
                ? Accepted(call, clientRequestId, await upload.ReceiveAsync(integration, objectType, clientRequestId, part, parts, call.Ct))
                : ApiError.Faults(["dataFile part is missing"]); // [rec]
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge;
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or FormatException && !call.Ct.IsCancellationRequested)
        {
            return ApiError.BadRequest; // The body is cut off, or it is not valid multipart data.
        }
    }

    private static async Task<IResult> GetObjects(Call call, CrmIntegrationStore integrations, CrmObjectStore objects, Profile profile)
    {
        var query = call.ReadQuery();
        var (integrationId, objectType) = (query.Id("integrationId"), query.Word("objectType", CrmObjectType.All));
        var ids = ReadIds(call, query);
        return await WithIntegrationAsync(call, integrations, profile, query, integrationId, async integration =>
        {
            var schema = await integrations.ListSchemaAsync(integration, objectType, call.Ct);
            var found = await objects.FindAsync(call.CompanyId, integrationId, objectType, [.. ids.Where(Prospect.IsPossibleCrmId)], call.Ct);
            return new ObjectsAnswer(ids, found.ToDictionary(one => one.Id, one => one.ToJson(schema), StringComparer.Ordinal));
        });
    }

    /// <summary>Reads the ids; of more than 100 only the first 100 [doc]. An integer stands for its digits.</summary>
    private static List<string> ReadIds(Call call, RequestReader query)
    {
        var ids = new OrderedSet<string>();
        foreach (var item in call.ReadList())
        {
            var text = item.ValueKind is JsonValueKind.Number ? item.GetRawText() : item.ValueKind is JsonValueKind.String ? item.GetString() : null;
            if (text is null || (item.ValueKind is JsonValueKind.Number && text.AsSpan().ContainsAnyExceptInRange('0', '9')))
            {
                query.Fault($"each id should be a text or a whole number, not {RequestReader.Echo(item.GetRawText())}"); // [inf]
                break;
            }

            ids.Add(text);
        }

        return [.. ids.Items.Take(MaxIds)];
    }

    private static async Task<IResult> GetStatus(Call call, CrmRequestStore requests, Profile profile)
    {
        var query = call.ReadQuery();
        var (integrationId, clientRequestId) = (query.Id("integrationId"), CrmQuery.ClientRequestId(query));
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        return await requests.FindAsync(call.CompanyId, integrationId, clientRequestId, call.Ct) is { } request
            ? new Answer<RequestStatusAnswer>(RequestStatusAnswer.From(call.RequestId, request), CrmJson.Default.RequestStatusAnswer)
            : new ApiError(profile.UnknownInCrm, $"Request {clientRequestId} not found"); // [inf]
    }

    private static IResult Accepted(Call call, string clientRequestId, bool isNew) => isNew
        ? new Answer<AcceptedAnswer>(new(call.RequestId, clientRequestId), CrmJson.Default.AcceptedAnswer, StatusCodes.Status201Created)
        : new ApiError(StatusCodes.Status409Conflict, $"clientRequestId {clientRequestId} was used before"); // [doc]; the sentence [inf]

    private static async Task<IResult> WithIntegrationAsync(
        Call call, CrmIntegrationStore integrations, Profile profile, RequestReader query, long integrationId, Func<CrmIntegration, Task<IResult>> work) =>
        query.Refusal is { } refusal ? refusal
        : await integrations.FindAsync(call.CompanyId, integrationId, call.Ct) is { } integration ? await work(integration)
        : CrmQuery.UnknownIntegration(profile, integrationId);
}
