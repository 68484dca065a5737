using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Client;

// Bodies as they are on the wire. What callers get of them are the types in Models.
internal sealed record ErrorAnswer(string? RequestId, IReadOnlyList<string>? Errors);

internal sealed record PageRecords(string? Cursor);

internal sealed record FlowsAnswer(PageRecords? Records, IReadOnlyList<Flow>? Flows);

/// <param name="FlowsFolders">The original's own name of the list [rec].</param>
/// <param name="Flows">The name of it in the original's document [doc].</param>
internal sealed record FoldersAnswer(PageRecords? Records, IReadOnlyList<FlowFolder>? FlowsFolders, IReadOnlyList<FlowFolder>? Flows);

internal sealed record StepsRequest(IReadOnlyList<FlowId> FlowIds);

internal sealed record StepsAnswer(IReadOnlyList<FlowWithSteps>? Flows);

internal sealed record UsersAnswer(PageRecords? Records, IReadOnlyList<User>? Users);

internal sealed record UserAnswer(User? User);

internal sealed record UsersRequest(string? Cursor, UserFilter? Filter);

internal sealed record WorkspacesAnswer(IReadOnlyList<Workspace>? Workspaces);

internal sealed record ListRequest(IReadOnlyList<CrmId>? CrmProspectsIds, IReadOnlyList<FlowInstanceId>? FlowInstanceIds);

internal sealed record ListAnswer(IReadOnlyList<FlowInstance>? ProspectsAssigned);

internal sealed record AssignRequest(
    FlowId FlowId, IReadOnlyList<CrmId> CrmProspectsIds, string FlowInstanceOwnerEmail, AssignmentOverrides? Overrides, string? FlowInstanceDescription);

internal sealed record AssignAnswer(string? RequestId, IReadOnlyList<FlowInstance>? ProspectsAssigned, IReadOnlyList<RefusedProspect>? ProspectsNotAssigned);

internal sealed record UnassignRequest(IReadOnlyList<FlowInstanceId> FlowInstanceIds, string? UnassignedByUserEmail);

internal sealed record UnassignProspectRequest(CrmId CrmProspectId, FlowId? FlowId, string? UnassignedByUserEmail);

internal sealed record UnassignAnswer(string? RequestId, IReadOnlyList<FlowInstanceId>? UnassignedFlowInstanceIds);

internal sealed record BulkRequest(IReadOnlyList<BulkProspect> Prospects, FlowId FlowId, string FlowInstanceOwnerEmail);

internal sealed record TasksRequest(TaskFilter Filter);

internal sealed record TasksAnswer(IReadOnlyList<TaskItem>? Tasks);

internal sealed record TaskChangeRequest(UserId UserId, TaskState? Status, DateTimeOffset? DueDate, TaskPriorityName? Priority);

internal sealed record IntegrationRequest(string Name, string OwnerEmail);

internal sealed record IntegrationAnswer(CrmIntegrationId IntegrationId);

internal sealed record IntegrationsAnswer(IReadOnlyList<CrmIntegration>? Integrations);

internal sealed record SchemaAnswer(IReadOnlyDictionary<string, IReadOnlyList<CrmField>>? ObjectTypeToSelectedFields);

internal sealed record ObjectsAnswer(IReadOnlyDictionary<string, JsonElement?>? CrmObjectsMap);

internal sealed record DoneAnswer(string? RequestId);

internal sealed record TokenAnswer(
    [property: JsonPropertyName("access_token")] string? AccessToken,
    [property: JsonPropertyName("refresh_token")] string? RefreshToken,
    [property: JsonPropertyName("expires_in")] long? ExpiresIn,
    [property: JsonPropertyName("scope")] string? Scope,
    [property: JsonPropertyName("api_base_url_for_customer")] string? ApiBaseUrl,
    [property: JsonPropertyName("error")] string? Error,
    [property: JsonPropertyName("error_description")] string? ErrorDescription);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowReadingFromString,
    Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(FlowsAnswer))]
[JsonSerializable(typeof(FoldersAnswer))]
[JsonSerializable(typeof(StepsRequest))]
[JsonSerializable(typeof(StepsAnswer))]
[JsonSerializable(typeof(UsersAnswer))]
[JsonSerializable(typeof(UserAnswer))]
[JsonSerializable(typeof(UsersRequest))]
[JsonSerializable(typeof(WorkspacesAnswer))]
[JsonSerializable(typeof(ListRequest))]
[JsonSerializable(typeof(ListAnswer))]
[JsonSerializable(typeof(AssignRequest))]
[JsonSerializable(typeof(AssignAnswer))]
[JsonSerializable(typeof(UnassignRequest))]
[JsonSerializable(typeof(UnassignProspectRequest))]
[JsonSerializable(typeof(UnassignAnswer))]
[JsonSerializable(typeof(BulkRequest))]
[JsonSerializable(typeof(BulkAssignment))]
[JsonSerializable(typeof(TasksRequest))]
[JsonSerializable(typeof(TasksAnswer))]
[JsonSerializable(typeof(TaskChangeRequest))]
[JsonSerializable(typeof(IntegrationRequest))]
[JsonSerializable(typeof(IntegrationAnswer))]
[JsonSerializable(typeof(IntegrationsAnswer))]
[JsonSerializable(typeof(IReadOnlyList<CrmField>))]
[JsonSerializable(typeof(SchemaAnswer))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(ObjectsAnswer))]
[JsonSerializable(typeof(CrmRequest))]
[JsonSerializable(typeof(PersonalData))]
[JsonSerializable(typeof(DoneAnswer))]
[JsonSerializable(typeof(TokenAnswer))]
internal sealed partial class SluiceJson : JsonSerializerContext;
