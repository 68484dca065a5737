using Sluice.Engine.Primitives;
using Sluice.Engine.Users;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Users;

internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("/v2/users");

        users.MapGet("", List).Needs("api:users:read").WithDescription(UserDescription.List);
        users.MapPost("/extensive", ListFiltered).Needs("api:users:read", BodyKind.JsonObject, lists403: false).WithDescription(UserDescription.Filter);
        users.MapGet("/{id}", Get).Needs("api:users:read", lists403: false).WithDescription(UserDescription.Get);
    }

    private static Task<IResult> List(Call call, UserStore users, PageSize size, TimeProvider clock) =>
        ListAsync(call, UserFilter.All, call.ReadQuery().OptionalText("cursor", isKept: false), "users", users, size, clock.GetUtcNow());

    private static async Task<IResult> ListFiltered(Call call, UserStore users, PageSize size, TimeProvider clock)
    {
        var fields = call.ReadBody();
        var cursor = fields.OptionalText("cursor");
        var filter = UserFilter.Read(fields.Inner("filter"));
        return fields.Refusal ?? await ListAsync(call, filter, cursor, $"users/extensive {filter}", users, size, clock.GetUtcNow());
    }

    /// <summary>One id that is nobody's refuses the whole call, whatever the other conditions [rep]. The page lists 404 [doc], so both profiles answer it.</summary>
    private static async Task<ApiError?> RefuseUnknownAsync(Call call, UserFilter filter, UserStore users) =>
        filter.Ids.Count > 0 && await users.FindUnknownAsync(call.CompanyId, filter.Ids, call.Ct) is { Count: > 0 } unknown
            ? ApiError.NotFound($"The following userIds were not found: {string.Join(", ", unknown.Select(WireId.Write))}")
            : null;

    private static async Task<IResult> ListAsync(Call call, UserFilter filter, string? cursor, string boundTo, UserStore users, PageSize size, DateTimeOffset now)
    {
        if (Cursor.Read(cursor, call.Caller, boundTo, now) is not { } at)
        {
            return ApiError.BadCursor;
        }

        if (await RefuseUnknownAsync(call, filter, users) is { } refusal)
        {
            return refusal;
        }

        var fetched = await users.ListAsync(call.CompanyId, filter, at.After, size.Items, call.Ct);
        var total = await users.CountAsync(call.CompanyId, filter, call.Ct);
        var page = Page<User>.Cut(fetched, size.Items, total, at, user => user.Id, next => next.Write(call.Caller, boundTo, now));
        return new Answer<UsersAnswer>(
            new(call.RequestId, page.Records, page.Items.ConvertAll(user => UserItem.From(user, call.Caller.TimeZone))), UserJson.Default.UsersAnswer);
    }

    private static async Task<IResult> Get(string id, Call call, UserStore users)
    {
        var isTooLarge = false;
        if (!WireId.TryParse(id, out var userId, ref isTooLarge))
        {
            return isTooLarge ? ApiError.BadRequest : ApiError.Faults(["id should be a valid Long"]);
        }

        return await users.FindAsync(call.CompanyId, userId, call.Ct) is { } user
            ? new Answer<UserAnswer>(new(call.RequestId, UserItem.From(user, call.Caller.TimeZone)), UserJson.Default.UserAnswer)
            : ApiError.NotFound("User not found");
    }
}
