using Sluice.Flows;
using Sluice.Http;
using Sluice.Storage;
using Sluice.Users;

namespace Sluice.FlowInstances;

internal static class FlowInstanceEndpoints
{
    public static void AddFlowInstances(this IServiceCollection services)
    {
        services.AddSingleton(provider => new FlowInstanceStore(provider.GetRequiredService<Db>()));
        services.AddSingleton<Names>();
        services.AddSingleton<ListAssigned>();
        services.AddSingleton<AssignProspects>();
        services.AddSingleton<UnassignFlowInstances>();
    }

    public static void MapFlowInstances(this IEndpointRouteBuilder api)
    {
        var prospects = api.MapGroup("/v2/flows/prospects");

        prospects.MapPost("", List).Needs("api:flows:read", takesBody: true);
        prospects.MapPost("/assign", Assign).Needs("api:flows:write", takesBody: true);
        prospects.MapPost("/unassign-flows-by-instance-id", Unassign).Needs("api:flows:write", takesBody: true, lists403: false);
    }

    private static async Task<IResult> List(RequestBody body, Caller caller, ListAssigned list, Names names, CancellationToken ct)
    {
        var fields = new Fields(body.Root);
        var request = ListRequest.Read(fields);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var found = request.InstanceIds.Count > 0
            ? await list.ByIdAsync(caller, request.InstanceIds, ct)
            : await list.OfProspectsAsync(caller, request.CrmIds, ct);
        return new AssignedAnswer(caller, found, names);
    }

    private static async Task<IResult> Unassign(
        RequestBody body, Caller caller, UserStore users, UnassignFlowInstances unassign, Profile profile, HttpContext http, CancellationToken ct)
    {
        var fields = new Fields(body.Root);
        var request = UnassignRequest.Read(fields);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var by = request.ByUserEmail is null ? null : await users.FindByEmailAsync(caller.CompanyId, request.ByUserEmail, ct);
        if (request.ByUserEmail is not null && by is null)
        {
            return ApiError.UnknownUser(profile, request.ByUserEmail);
        }

        var removed = await unassign.RunAsync(request.InstanceIds, new Actor(caller.CompanyId, caller.ApiKeyId, http.TraceIdentifier, by?.Id), ct);
        return removed is null
            ? ApiError.Faults(["One or more of the given flowInstanceIds does not exist"]) // [rec]
            : new Answer<UnassignAnswer>(new(http.TraceIdentifier, removed.ConvertAll(WireId.Write)), FlowInstanceJson.Default.UnassignAnswer);
    }

    private static async Task<IResult> Assign(
        RequestBody body, Caller caller, FlowStore flows, UserStore users, AssignProspects assign, Names names, Profile profile, HttpContext http, CancellationToken ct)
    {
        var fields = new Fields(body.Root);
        var request = AssignRequest.Read(fields, profile);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        if (await flows.FindAsync(caller.CompanyId, request.FlowId, ct) is not { } flow)
        {
            return ApiError.NotFound("Flow not found"); // [rec]; before owner and prospects
        }

        if (await users.FindByEmailAsync(caller.CompanyId, request.OwnerEmail, ct) is not { } owner)
        {
            return ApiError.UnknownUser(profile, request.OwnerEmail);
        }

        if (flow.VisibilityTo(owner.Id) == FlowVisibility.Shared && flow.OwnerId != owner.Id && !await flows.IsSharedWithAsync(flow, owner.Id, ct))
        {
            return ApiError.NotFound("Flow not found");
        }

        if (!owner.Active || !owner.HasSeat)
        {
            return ApiError.Faults([$"flowInstanceOwnerEmail: {request.OwnerEmail} is not an active user with an Engage seat"]); // [inf]
        }

        var outcome = await assign.RunAsync(
            new Assignment(flow, owner, request.CrmIds, request.CoolOffOverride),
            new Actor(caller.CompanyId, caller.ApiKeyId, http.TraceIdentifier, null),
            ct);
        await names.ReadAsync(caller.CompanyId, outcome.Assigned, ct);
        return new AssignAnswer(caller, flow.Id, outcome, names);
    }
}
