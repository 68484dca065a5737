using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Instances.Explain;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;

namespace Sluice.Server.Api.Manage.Instances;

/// <summary>The status of an instance after an operation.</summary>
internal sealed record InstanceAnswer(string RequestId, string FlowInstanceId, string FlowInstanceStatus);

/// <param name="Step">The step it is at; absent if no step is left or the instance has ended.</param>
/// <param name="Steps">The number of steps in the flow.</param>
/// <param name="NextDueAt">When something happens next without a person's action; absent if nothing will.</param>
internal sealed record InstanceItem(
    string RequestId,
    string FlowInstanceId,
    string FlowInstanceStatus,
    string FlowId,
    string FlowName,
    string FlowInstanceOwnerEmail,
    string CrmProspectId,
    InstanceStep? Step,
    int Steps,
    string WaitsFor,
    string? NextDueAt,
    string? PauseReason,
    string? PausedAt,
    string? RepliedAt,
    string CreatedAt,
    string? FinishedAt,
    string? FinishReason)
{
    public static InstanceItem From(string requestId, Run run, Flow flow, User owner, CurrentStep? step, int steps, DateTimeOffset? nextDueAt, DateTimeZone zone)
    {
        string? Time(DateTimeOffset? at) => at is { } time ? WireTime.Write(time, zone) : null;

        return new(
            requestId, WireId.Write(run.Id), run.Status.ToString(), WireId.Write(flow.Id), flow.Name, owner.Email, run.CrmProspectId,
            step is null ? null : new InstanceStep(WireId.Write(step.StepId), step.Order, step.Action), steps, ExplainText.WaitsFor(run), Time(nextDueAt),
            run.PauseReason?.Word(), Time(run.PausedAt), Time(run.RepliedAt), WireTime.Write(run.CreatedAt, zone), Time(run.FinishedAt), run.FinishReason?.Word());
    }
}

/// <param name="Action">Absent if an edit has removed the step from the flow.</param>
internal sealed record InstanceStep(string Id, int Order, string? Action);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InstanceAnswer))]
[JsonSerializable(typeof(InstanceItem))]
internal sealed partial class InstanceJson : JsonSerializerContext;
