using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Logins;

/// <summary>Maps <c>/sluice/v1/logins</c> and <c>/sluice/v1/sessions</c>: who may come into the console, and who is in.</summary>
internal static class LoginEndpoints
{
    private const int MaxSessions = 200;

    public static void MapLogins(this RouteGroupBuilder manage)
    {
        manage.MapGet("/logins", List).WithDescription(LoginDescription.List);
        manage.MapPost("/logins", Invite).ReadsObject().WithDescription(LoginDescription.Invite);
        manage.MapPatch("/logins/{id}", Change).ReadsObject().WithDescription(LoginDescription.Change);
        manage.MapDelete("/logins/{id}", Remove).WithDescription(LoginDescription.Remove);
        manage.MapGet("/sessions", ListSessions).WithDescription(LoginDescription.ListSessions);
        manage.MapDelete("/sessions/{id}", EndSession).WithDescription(LoginDescription.EndSession);
    }

    private static async Task<IResult> List(Call call, Db db, UserStore users)
    {
        var logins = await new LoginStore(db).ListAsync(call.CompanyId, call.Ct);
        var known = (await users.FindAsync(call.CompanyId, [.. logins.Select(one => one.UserId)], call.Ct)).ToDictionary(user => user.Id);
        return new Answer<LoginsAnswer>(new(call.RequestId, logins.ConvertAll(one => LoginItem.From(one, known.GetValueOrDefault(one.UserId)))), LoginJson.Default.LoginsAnswer);
    }

    private static async Task<IResult> Invite(Call call, InviteUser invite, PublicAddress address)
    {
        var given = call.ReadBody();
        var (email, first, last) = (given.Email("email", null), given.Text("firstName", null), given.Text("lastName", null));
        var roles = given.Has("roles") ? RoleWords.Read(given.Words("roles", RoleWords.All)) : (Roles?)null;
        if (given.Refusal is { } refusal)
        {
            return refusal;
        }

        return await invite.RunAsync(call.CompanyId, email, first, last, roles, call.ToAuditActor(), call.Ct) is not { } invited
            ? new ApiError(StatusCodes.Status409Conflict, $"The user {RequestReader.Echo(email)} is not active: set active to true first")
            : new Answer<InvitationAnswer>(
                new(call.RequestId, LoginItem.From(invited.Login, invited.User), new(address.InvitationOf(call.Request, invited.Token), invited.Login.InviteExpiresAt!.Value)),
                LoginJson.Default.InvitationAnswer, StatusCodes.Status201Created);
    }

    private static async Task<IResult> Change(string id, Call call, ManageLogins logins, UserStore users)
    {
        var given = call.ReadBody();
        if (!given.Has("roles"))
        {
            given.Fault("roles", "is required");
        }

        var roles = RoleWords.Read(given.Words("roles", RoleWords.All));
        if (given.Refusal is { } refusal)
        {
            return refusal;
        }

        return await logins.SetRolesAsync(call.CompanyId, WireId.Find(id) ?? 0, roles, call.ToAuditActor(), call.Ct) is { } login
            ? new Answer<LoginAnswer>(new(call.RequestId, LoginItem.From(login, await users.FindAsync(call.CompanyId, login.UserId, call.Ct))), LoginJson.Default.LoginAnswer)
            : Unknown(id);
    }

    private static async Task<IResult> Remove(string id, Call call, ManageLogins logins) => await logins.RemoveAsync(call.CompanyId, WireId.Find(id) ?? 0, call.ToAuditActor(), call.Ct)
        ? new Answer<LoginRemoved>(new(call.RequestId, WireId.Write(WireId.Find(id)!.Value)), LoginJson.Default.LoginRemoved)
        : Unknown(id);

    internal static async Task<IResult> ListSessions(Call call, Db db, TimeProvider clock) => new Answer<SessionsAnswer>(
        new(call.RequestId, (await new SessionStore(db).ListAsync(call.CompanyId, null, clock.GetUtcNow(), MaxSessions, call.Ct)).ConvertAll(SessionItem.From)), LoginJson.Default.SessionsAnswer);

    private static async Task<IResult> EndSession(string id, Call call, ManageLogins logins) =>
        await logins.EndSessionAsync(call.CompanyId, WireId.Find(id) ?? 0, ofUser: null, call.ToAuditActor(), call.Ct)
            ? new Answer<SessionEnded>(new(call.RequestId, WireId.Write(WireId.Find(id)!.Value)), LoginJson.Default.SessionEnded)
            : ApiError.NotFound($"There is no session {RequestReader.Echo(id)}");

    private static ApiError Unknown(string id) => ApiError.NotFound($"There is no login of a user {RequestReader.Echo(id)}");
}
