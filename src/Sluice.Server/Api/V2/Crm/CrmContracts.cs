using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Engine.Crm;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Crm;

// The JSON of this room and nothing else: a change in this file is a change that clients see. integrationId is a number [doc].
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

/// <summary>The fields of each object type, as they were sent.</summary>
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

/// <summary>Objects by their ids, as they were sent.</summary>
internal sealed class ObjectsAnswer(List<(string ObjectId, string Content)> found) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => Json.WriteAsync(
        httpContext,
        StatusCodes.Status200OK,
        (RequestId: httpContext.TraceIdentifier, found),
        static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("requestId", answer.RequestId);
            json.WriteStartObject("crmObjectsMap");
            foreach (var (id, content) in answer.found)
            {
                json.WritePropertyName(id);
                json.WriteRawValue(content);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
}

/// <summary>Never made, as the one below: the shape of what is written by hand above, for the description.</summary>
internal sealed record SchemaShape(string RequestId, IReadOnlyDictionary<string, IReadOnlyList<JsonElement>> ObjectTypeToSelectedFields);

internal sealed record ObjectsShape(string RequestId, IReadOnlyDictionary<string, JsonElement> CrmObjectsMap);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DoneAnswer))]
[JsonSerializable(typeof(AcceptedAnswer))]
[JsonSerializable(typeof(IntegrationAnswer))]
[JsonSerializable(typeof(IntegrationsAnswer))]
[JsonSerializable(typeof(RequestStatusAnswer))]
[JsonSerializable(typeof(SchemaShape))]
[JsonSerializable(typeof(ObjectsShape))]
internal sealed partial class CrmJson : JsonSerializerContext;
