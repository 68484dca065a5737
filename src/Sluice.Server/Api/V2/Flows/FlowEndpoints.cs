using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Flows;

internal static class FlowEndpoints
{
    public static void MapFlows(this IEndpointRouteBuilder api)
    {
        var flows = api.MapGroup("/v2/flows");

        flows.MapGet("", List).Needs("api:flows:read").WithDescription(FlowDescription.List);
        api.MapFolders();
        api.MapSteps();
    }

    private static async Task<IResult> List(
        Call call, FlowStore flows, UserStore users, PageSize size, Profile profile, TimeProvider clock)
    {
        var parameters = call.ReadQuery();
        var email = parameters.Email("flowOwnerEmail");
        var (workspaceId, folderId) = (parameters.OptionalId("workspaceId"), parameters.OptionalId("folderId"));
        var (onlyRecent, cursor) = (parameters.Flag("mostRecentlyAssigned"), parameters.OptionalText("cursor", isKept: false));
        if (parameters.Refusal is { } refusal)
        {
            return refusal;
        }

        var boundTo = $"flows {EmailAddress.Key(email)} {workspaceId} {folderId} {onlyRecent}";
        if (Cursor.Read(cursor, call.Caller, boundTo, clock.GetUtcNow()) is not { } at)
        {
            return ApiError.BadCursor;
        }

        if (await users.FindByEmailAsync(call.CompanyId, email, call.Ct) is not { } user)
        {
            return ApiError.UnknownUser(profile, email);
        }

        if (profile.RefuseOwnerWithoutSeat && !user.MayOwnInstances)
        {
            return ApiError.NoSeat(email);
        }

        var fetched = await flows.ListVisibleAsync(new FlowQuery(call.CompanyId, user.Id, workspaceId, folderId, onlyRecent), at.After, size.Items, call.Ct);
        var total = onlyRecent ? fetched.Count : fetched.FirstOrDefault()?.Total ?? 0;
        var page = Page<VisibleFlow>.Cut(fetched, size.Items, total, at, found => found.Flow.Id, next => next.Write(call.Caller, boundTo, clock.GetUtcNow()));
        return new Answer<FlowsAnswer>(
            new(call.RequestId, page.Records, page.Items.ConvertAll(found => FlowItem.From(found, user.Id, call.Caller.TimeZone))),
            FlowJson.Default.FlowsAnswer);
    }
}
