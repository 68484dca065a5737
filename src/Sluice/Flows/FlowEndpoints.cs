using Sluice.Http;
using Sluice.Storage;
using Sluice.Users;

namespace Sluice.Flows;

internal static class FlowEndpoints
{
    public static void AddFlows(this IServiceCollection services) =>
        services.AddSingleton(provider => new FlowStore(provider.GetRequiredService<Db>()));

    public static void MapFlows(this IEndpointRouteBuilder api)
    {
        var flows = api.MapGroup("/v2/flows");

        flows.MapGet("", List).Needs("api:flows:read");
    }

    private static async Task<IResult> List(
        Caller caller, FlowStore flows, UserStore users, Profile profile, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        var parameters = new Parameters(http.Request.Query);
        var email = parameters.Email("flowOwnerEmail");
        var (workspaceId, folderId) = (parameters.OptionalId("workspaceId"), parameters.OptionalId("folderId"));
        var onlyRecent = parameters.Flag("mostRecentlyAssigned");
        if (parameters.Refusal is { } refusal)
        {
            return refusal;
        }

        var boundTo = $"flows {EmailAddress.Key(email)} {workspaceId} {folderId} {onlyRecent}";
        if (Cursor.Read(parameters.Text("cursor"), caller, boundTo, clock.GetUtcNow()) is not { } at)
        {
            return ApiError.BadCursor;
        }

        if (await users.FindByEmailAsync(caller.CompanyId, email, ct) is not { } user)
        {
            return ApiError.UnknownUser(profile, email);
        }

        var fetched = await flows.ListVisibleAsync(new FlowQuery(caller.CompanyId, user.Id, workspaceId, folderId, onlyRecent), at.After, ct);
        var total = onlyRecent ? fetched.Count : fetched.FirstOrDefault()?.Total ?? 0;
        var page = Page<VisibleFlow>.Cut(fetched, total, at, found => found.Flow.Id, next => next.Write(caller, boundTo, clock.GetUtcNow()));
        return new Answer<FlowsAnswer>(
            new(http.TraceIdentifier, page.Records, page.Items.ConvertAll(found => FlowItem.From(found, user.Id, caller.TimeZone))),
            FlowJson.Default.FlowsAnswer);
    }
}
