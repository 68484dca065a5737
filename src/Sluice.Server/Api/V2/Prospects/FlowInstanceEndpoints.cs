using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Users;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Prospects;

internal static class FlowInstanceEndpoints
{
    public static void AddFlowInstances(this IServiceCollection services) => services.AddSingleton<FlowAndOwnerNames>();

    public static void MapFlowInstances(this IEndpointRouteBuilder api)
    {
        var prospects = api.MapGroup("/v2/flows/prospects");

        prospects.MapPost("", List).Needs("api:flows:read", BodyKind.JsonObject).WithDescription(FlowInstanceDescription.List);
        prospects.MapPost("/assign", Assign).Needs("api:flows:write", BodyKind.JsonObject).WithDescription(FlowInstanceDescription.Assign);
        prospects.MapPost("/assign/cool-off-override", AssignDespiteCoolOff).Needs("api:flows:write", BodyKind.JsonObject).WithDescription(FlowInstanceDescription.AssignDespiteCoolOff);
        prospects.MapPost("/unassign-flows-by-crm-id", UnassignByProspect).Needs("api:flows:write", BodyKind.JsonObject, lists403: false).WithDescription(FlowInstanceDescription.UnassignByProspect);
        prospects.MapPost("/unassign-flows-by-instance-id", Unassign).Needs("api:flows:write", BodyKind.JsonObject, lists403: false).WithDescription(FlowInstanceDescription.Unassign);
    }

    private static async Task<IResult> List(Call call, ListAssigned list, FlowAndOwnerNames names)
    {
        if (call.ReadPlain("crmProspectsIds", CrmIds.ReadPlain) is { } plain)
        {
            return await AnswerAsync(call, await list.OfProspectsAsync(call.CompanyId, plain, call.Ct), names);
        }

        var fields = call.ReadBody();
        var request = ListRequest.Read(fields);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var found = request.InstanceIds.Count > 0
            ? await list.ByIdAsync(call.CompanyId, request.InstanceIds, call.Ct)
            : await list.OfProspectsAsync(call.CompanyId, request.CrmIds, call.Ct);
        return await AnswerAsync(call, found, names);
    }

    private static async ValueTask<AssignedAnswer> AnswerAsync(Call call, AssignedInstances found, FlowAndOwnerNames names) =>
        new(call.Caller.TimeZone, await names.NameAsync(call.CompanyId, found, call.Ct));

    private static async Task<IResult> Unassign(Call call, UserStore users, UnassignFlowInstances unassign, Profile profile)
    {
        var fields = call.ReadBody();
        var request = UnassignRequest.Read(fields);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        if (await FindActorAsync(call, request.ByUserEmail, users) is not { } by)
        {
            return ApiError.UnknownUser(profile, request.ByUserEmail!);
        }

        return await unassign.ByIdAsync(request.InstanceIds, profile.RefuseUnknownFlowInstances, by, call.Ct) is { } removed
            ? Removed(call, removed)
            : ApiError.Faults(["One or more of the given flowInstanceIds does not exist"]); // [rec]
    }

    private static async Task<IResult> UnassignByProspect(Call call, UserStore users, UnassignFlowInstances unassign, Profile profile)
    {
        var fields = call.ReadBody();
        var request = UnassignByProspectRequest.Read(fields);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        if (await FindActorAsync(call, request.ByUserEmail, users) is not { } by)
        {
            return ApiError.UnknownUser(profile, request.ByUserEmail!);
        }

        return Removed(call, Prospect.IsPossibleCrmId(request.CrmId) ? await unassign.ByProspectAsync(request.CrmId, request.FlowId, by, call.Ct) : []);
    }

    private static Task<IResult> Assign(Call call, ResolveAssignment resolve, AssignProspects assign, FlowAndOwnerNames names, Profile profile) =>
        AssignAsync(call, coolOffOverride: false, resolve, assign, names, profile);

    /// <summary>The deprecated route that always overrides the cool-off [doc].</summary>
    private static Task<IResult> AssignDespiteCoolOff(Call call, ResolveAssignment resolve, AssignProspects assign, FlowAndOwnerNames names, Profile profile) =>
        AssignAsync(call, coolOffOverride: true, resolve, assign, names, profile);

    private static async Task<IResult> AssignAsync(Call call, bool coolOffOverride, ResolveAssignment resolve, AssignProspects assign, FlowAndOwnerNames names, Profile profile)
    {
        var fields = call.ReadBody();
        var request = AssignRequest.Read(fields, profile);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        var (target, refused) = await resolve.RunAsync(call.CompanyId, request.FlowId, request.OwnerEmail, call.Ct);
        if (target is null)
        {
            return refused.ToApiError(profile, request.OwnerEmail);
        }

        var outcome = await assign.RunAsync(
            new Assignment(target.Flow, target.Owner, request.CrmIds, coolOffOverride || request.CoolOffOverride, request.Overrides),
            call.ToActor(),
            call.Ct);
        var assigned = await NameAsync(call.CompanyId, outcome.Assigned, names);
        return new AssignAnswer(call.Caller.TimeZone, target.Flow.Id, assigned, outcome.NotAssigned);
    }

    private static ValueTask<AssignedList> NameAsync(long companyId, List<Run> assigned, FlowAndOwnerNames names)
    {
        var shown = assigned.Select((one, position) => new FlowInstance(
            position, one.Id, one.CreatedAt.ToUnixTimeMilliseconds(), one.FlowId, one.OwnerId, (long)one.Status));
        var crmIds = CrmIds.Of(assigned.ConvertAll(one => one.CrmProspectId));
        return names.NameAsync(companyId, new AssignedInstances(crmIds, shown.ToList()), CancellationToken.None); // The assignment is committed: always answer.
    }

    /// <returns>The caller and the user it acts for; null if no user has that e-mail address.</returns>
    private static async Task<Actor?> FindActorAsync(Call call, string? email, UserStore users)
    {
        var user = email is null ? null : await users.FindByEmailAsync(call.CompanyId, email, call.Ct);
        return email is not null && user is null ? null : call.ToActor(user?.Id);
    }

    private static Answer<UnassignAnswer> Removed(Call call, List<long> ids) =>
        new(new(call.RequestId, ids.ConvertAll(WireId.Write)), FlowInstanceJson.Default.UnassignAnswer);
}
