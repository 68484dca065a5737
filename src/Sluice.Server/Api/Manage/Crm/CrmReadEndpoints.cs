using Sluice.Engine.Crm;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Users;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Crm;

/// <summary>Reads CRM objects, for clients that cannot send the body of <c>GET /v2/crm/entities</c>.</summary>
internal static class CrmReadEndpoints
{
    private const int MaxIds = 100;

    public static void MapCrmRead(this RouteGroupBuilder manage) =>
        manage.MapPost("/crm/entities/read", Read).ReadsObject().WithDescription(CrmReadDescription.Read);

    private static async Task<IResult> Read(Call call, CrmIntegrationStore integrations, CrmObjectStore objects, FindCrmOwners owners)
    {
        var fields = call.ReadBody();
        var (integrationId, objectType, ids) = (fields.Id("integrationId"), fields.Word("objectType", CrmObjectType.All), fields.CrmIds("objectIds", MaxIds));
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        if (await integrations.FindAsync(call.CompanyId, integrationId, call.Ct) is not { } integration)
        {
            return ApiError.NotFound($"There is no integration {WireId.Write(integrationId)}");
        }

        var schema = await integrations.ListSchemaAsync(integration, objectType, call.Ct);
        var found = await objects.FindAsync(call.CompanyId, integrationId, objectType, [.. ids.Where(Prospect.IsPossibleCrmId)], call.Ct);
        var users = await owners.OfAsync(call.CompanyId, integrationId, objectType, found, call.Ct);
        return new CrmReadAnswer(ids, found.ToDictionary(one => one.Id, one => one.ToJson(schema), StringComparer.Ordinal), users);
    }
}

/// <summary>An answer with the asked objects by id, null for an id that no object has, and with the users of deals and business users.</summary>
internal sealed class CrmReadAnswer(IReadOnlyList<string> ids, IReadOnlyDictionary<string, string> found, IReadOnlyDictionary<string, User> owners) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => Json.WriteAsync(
        httpContext,
        StatusCodes.Status200OK,
        (RequestId: httpContext.TraceIdentifier, ids, found, owners),
        static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("requestId", answer.RequestId);
            json.WriteStartObject("crmObjectsMap");
            foreach (var id in answer.ids)
            {
                json.WritePropertyName(id);
                json.WriteRawValue(answer.found.GetValueOrDefault(id, "null"));
            }

            json.WriteEndObject();
            json.WriteStartObject("owners");
            foreach (var (id, user) in answer.owners)
            {
                json.WriteStartObject(id);
                json.WriteString("userId", WireId.Write(user.Id));
                json.WriteString("emailAddress", user.Email);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
}
