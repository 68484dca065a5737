using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Flows;

internal static class StepEndpoints
{
    private const int MaxFlows = 20; // [doc]

    public static void MapSteps(this IEndpointRouteBuilder api) =>
        api.MapPost("/v2/flows/steps", List).Needs("api:flows:read", BodyKind.JsonObject).WithDescription(FlowDescription.Steps);

    private static async Task<IResult> List(Call call, FlowStore flows, StepStore steps)
    {
        var fields = call.ReadBody();
        var ids = fields.Ids("flowIds", MaxFlows);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var found = (await flows.FindAsync(call.CompanyId, ids, call.Ct)).ToDictionary(flow => flow.Id);
        foreach (var id in ids)
        {
            if (!found.ContainsKey(id))
            {
                return ApiError.NotFound($"Flow not found: flowId={WireId.Write(id)}"); // [rec]: one unknown flow refuses the whole call
            }
        }

        var ofFlow = (await steps.ListAsync(call.CompanyId, ids, call.Ct)).ToLookup(step => step.FlowId);
        return new Answer<StepsAnswer>(
            new(call.RequestId, [.. ids.Select(id => FlowWithSteps.From(found[id], ofFlow[id], call.Caller.TimeZone))]), StepJson.Default.StepsAnswer);
    }
}

internal sealed record StepsAnswer(string RequestId, IReadOnlyList<FlowWithSteps> Flows);

internal sealed record FlowWithSteps(
    string Id,
    string Name,
    string? FolderId,
    string Visibility,
    string CreationDate,
    bool Exclusive,
    string? Description,
    IReadOnlyList<StepItem> Steps)
{
    public static FlowWithSteps From(Flow flow, IEnumerable<Step> steps, DateTimeZone zone) => new(
        WireId.Write(flow.Id),
        flow.Name,
        flow.FolderId is { } folder ? WireId.Write(folder) : null,
        flow.Visibility.ToString(),
        WireTime.Write(flow.CreatedAt, zone),
        flow.Exclusive,
        flow.Description,
        [.. steps.Select(step => new StepItem(WireId.Write(step.Id), step.Order, step.Action, step.Subject, step.Body, step.IsReply))]);
}

internal sealed record StepItem(string Id, int StepOrder, string Action, string? Subject, string? Body, bool IsReply);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StepsAnswer))]
internal sealed partial class StepJson : JsonSerializerContext;
