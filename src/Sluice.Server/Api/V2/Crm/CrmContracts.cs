using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Engine.Crm;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Crm;

// This file holds only the JSON of the CRM operations. Clients see every change in it. integrationId is a number [doc].
internal sealed record DoneAnswer(string RequestId);

internal sealed record AcceptedAnswer(string RequestId, string ClientRequestId);

internal sealed record IntegrationAnswer(string RequestId, long IntegrationId);

internal sealed record IntegrationsAnswer(string RequestId, IReadOnlyList<IntegrationItem> Integrations);

internal sealed record IntegrationItem(long IntegrationId, string Name, string OwnerEmail);

internal sealed record RequestStatusAnswer(string RequestId, string Status, IReadOnlyList<CrmLineError> Errors, long TotalErrorCount, long TotalSuccessCount)
{
    public static RequestStatusAnswer From(string requestId, CrmRequest request) => new(
        requestId, request.Status == CrmRequest.Receiving ? CrmRequest.Pending : request.Status, request.Errors, request.ErrorCount, request.SuccessCount);
}

/// <summary>An answer with the fields of each object type, exactly as the client sent them.</summary>
internal sealed class SchemaAnswer(List<(string ObjectType, CrmField Field)> found) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => Json.WriteAsync(
        httpContext,
        StatusCodes.Status200OK,
        (RequestId: httpContext.TraceIdentifier, found),
        static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("requestId", answer.RequestId);
            json.WriteStartObject("objectTypeToSelectedFields");
            foreach (var type in answer.found.GroupBy(one => one.ObjectType))
            {
                json.WriteStartArray(type.Key);
                foreach (var (_, field) in type)
                {
                    json.WriteRawValue(field.Json);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
}

/// <summary>An answer with the asked objects by id; null for an id that no object has [doc].</summary>
internal sealed class ObjectsAnswer(IReadOnlyList<string> ids, IReadOnlyDictionary<string, string> found) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => Json.WriteAsync(
        httpContext,
        StatusCodes.Status200OK,
        (RequestId: httpContext.TraceIdentifier, ids, found),
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
            json.WriteEndObject();
        });
}

/// <summary>Never instantiated. This record and the next describe for OpenAPI the JSON that the two answers above write by hand.</summary>
internal sealed record SchemaShape(string RequestId, IReadOnlyDictionary<string, IReadOnlyList<JsonElement>> ObjectTypeToSelectedFields);

internal sealed record ObjectsShape(string RequestId, IReadOnlyDictionary<string, JsonElement?> CrmObjectsMap);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DoneAnswer))]
[JsonSerializable(typeof(AcceptedAnswer))]
[JsonSerializable(typeof(IntegrationAnswer))]
[JsonSerializable(typeof(IntegrationsAnswer))]
[JsonSerializable(typeof(RequestStatusAnswer))]
[JsonSerializable(typeof(SchemaShape))]
[JsonSerializable(typeof(ObjectsShape))]
internal sealed partial class CrmJson : JsonSerializerContext;
