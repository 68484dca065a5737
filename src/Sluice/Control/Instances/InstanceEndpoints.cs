using System.Text.Json.Serialization;
using Sluice.Companies;
using Sluice.Engine;
using Sluice.FlowInstances;
using Sluice.Http;
using Sluice.Storage;

namespace Sluice.Control.Instances;

/// <summary>What a person does to one flow instance that the imitated API has no operation for.</summary>
internal static class InstanceEndpoints
{
    public static void MapInstances(this IEndpointRouteBuilder api)
    {
        var instances = api.MapGroup("/sluice/v1/flow-instances/{id}");

        instances.MapPost("/pause", Pause).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false);
        instances.MapPost("/resume", Resume).Needs(Scopes.Manage, isCounted: false);
        instances.MapPost("/finish", Finish).Needs(Scopes.Manage, isCounted: false);
    }

    /// <summary>Until the time given, at most for thirty days [doc].</summary>
    private static async Task<IResult> Pause(string id, Call call, Db db, React react)
    {
        var fields = call.ReadBody();
        var trigger = new Trigger(TriggerKind.PausedByPerson) { Until = fields.OptionalTime("until") };
        return fields.Refusal ?? await RunAsync(id, call, db, react, trigger);
    }

    private static Task<IResult> Resume(string id, Call call, Db db, React react) => RunAsync(id, call, db, react, new Trigger(TriggerKind.Resumed));

    private static Task<IResult> Finish(string id, Call call, Db db, React react) =>
        RunAsync(id, call, db, react, new Trigger(TriggerKind.Ended) { Reason = FinishReason.RemovedManually });

    private static async Task<IResult> RunAsync(string id, Call call, Db db, React react, Trigger trigger)
    {
        var tooLarge = false;
        if (!WireId.TryParse(id, out var instanceId, ref tooLarge) || await new RunStore(db).FindAsync(call.CompanyId, instanceId, call.Ct) is not { } run)
        {
            return ApiError.NotFound("Flow instance not found");
        }

        var by = new Actor(call.CompanyId, call.Caller.ApiKeyId, call.RequestId, null);
        return await db.InTransactionAsync(tx => react.RunAsync(tx, call.CompanyId, instanceId, trigger, by, call.Ct), call.Ct) is { } reacted
            ? new Answer<InstanceAnswer>(new(call.RequestId, WireId.Write(instanceId), reacted.After.Status.ToString()), InstanceJson.Default.InstanceAnswer)
            : new ApiError(StatusCodes.Status409Conflict, $"The flow instance is {run.Status}: there is nothing to change");
    }
}

internal sealed record InstanceAnswer(string RequestId, string FlowInstanceId, string FlowInstanceStatus);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InstanceAnswer))]
internal sealed partial class InstanceJson : JsonSerializerContext;
