using Sluice.Http;
using Sluice.Storage;

namespace Sluice.Users;

internal static class UserEndpoints
{
    private const string CursorOf = "users";

    public static void AddUsers(this IServiceCollection services) =>
        services.AddSingleton(provider => new UserStore(provider.GetRequiredService<Db>()));

    public static void MapUsers(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("/v2/users");

        users.MapGet("", List).Needs("api:users:read");
        users.MapGet("/{id}", Get).Needs("api:users:read");
    }

    private static async Task<IResult> List(string? cursor, Caller caller, UserStore users, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        if (Cursor.Read(cursor, caller, CursorOf, clock.GetUtcNow()) is not { } at)
        {
            return ApiError.BadCursor;
        }

        var fetched = await users.ListAsync(caller.CompanyId, at.After, ct);
        var total = await users.CountAsync(caller.CompanyId, ct);
        var page = Page<User>.Cut(fetched, total, at, user => user.Id, next => next.Write(caller, CursorOf, clock.GetUtcNow()));
        return new Answer<UsersAnswer>(
            new(http.TraceIdentifier, page.Records, page.Items.ConvertAll(user => UserItem.From(user, caller.TimeZone))), UserJson.Default.UsersAnswer);
    }

    private static async Task<IResult> Get(string id, Caller caller, UserStore users, HttpContext http, CancellationToken ct)
    {
        var isTooLarge = false;
        if (!WireId.TryParse(id, out var userId, ref isTooLarge))
        {
            return isTooLarge ? ApiError.BadRequest : ApiError.Faults(["id should be a valid Long"]);
        }

        return await users.FindAsync(caller.CompanyId, userId, ct) is { } user
            ? new Answer<UserAnswer>(new(http.TraceIdentifier, UserItem.From(user, caller.TimeZone)), UserJson.Default.UserAnswer)
            : ApiError.NotFound("User not found");
    }
}
