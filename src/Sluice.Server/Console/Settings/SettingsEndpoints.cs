using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Api.Manage.Logins;
using Sluice.Server.Console.Account;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Settings;

/// <summary>The company, and who may come in. Each form calls the operation of the API.</summary>
internal static class SettingsEndpoints
{
    private const int MaxUsers = 500;
    private const int MaxSessions = 200;

    public static void MapSettings(this RouteGroupBuilder console)
    {
        var settings = console.MapGroup("/settings").WithMetadata(new AuditsItself());
        settings.MapGet("/users", Users);
        settings.MapPost("/users/invite", Invite);
        settings.MapPost("/users/{id}/roles", SetRoles);
        settings.MapPost("/users/{id}/remove", Remove);
        settings.MapGet("/users/csv", UserCsv.WriteAsync);
        settings.MapGet("/sessions", Sessions);
        settings.MapGet("/sessions/csv", async (Visit visit, Db db, TimeProvider clock) => ListCsv.Of(visit, "sessions", await LoginEndpoints.ListSessions(visit.Call.ToApi(), db, clock)));
        settings.MapPost("/sessions/{id}/end", EndSession);
        settings.MapKeyPages();
        settings.MapAudit();
        console.MapCompanyPage();
        console.MapUserPages();
        console.MapOAuthAppPages();
        console.MapRulesetPages();
        console.MapCalendarPage();
        console.MapDataPages();
        console.MapStopList();
        console.MapMailboxPages();
        console.MapWebhookPages();
    }

    private static Task<IResult> Users(Visit visit, Db db, UserStore users) => UsersPageAsync(visit, db, users);

    /// <summary>Makes the link and shows it, once.</summary>
    private static async Task<IResult> Invite(Visit visit, Db db, UserStore users, InviteUser invite, PublicAddress address)
    {
        var (email, roles) = (visit.Field("email") ?? "", RolesOf(visit));
        if (!EmailAddress.IsValid(email))
        {
            return await UsersPageAsync(visit, db, users, "This is no e-mail address.");
        }

        if (await invite.RunAsync(visit.CompanyId, email, visit.Field("firstName"), visit.Field("lastName"), roles, visit.AuditActor, visit.Ct) is not { } invited)
        {
            return await UsersPageAsync(visit, db, users, "This user is not active. Make the user active first.");
        }

        return ConsolePage.Of(visit, "settings", "The link is made", SettingsView.Link(visit, invited.User, address.InvitationOf(visit.Http.Request, invited.Token), invited.Login.InviteExpiresAt!.Value));
    }

    private static async Task<IResult> SetRoles(string id, Visit visit, ManageLogins logins) =>
        WireId.Find(id) is { } userId && await logins.SetRolesAsync(visit.CompanyId, userId, RolesOf(visit), visit.AuditActor, visit.Ct) is not null
            ? Notice.Redirect(Links.SettingsUsers, "roles")
            : ConsolePage.NotFound(visit, "settings", "login");

    private static async Task<IResult> Remove(string id, Visit visit, ManageLogins logins) =>
        WireId.Find(id) is { } userId && await logins.RemoveAsync(visit.CompanyId, userId, visit.AuditActor, visit.Ct)
            ? Notice.Redirect(Links.SettingsUsers, "login-removed")
            : ConsolePage.NotFound(visit, "settings", "login");

    private static async Task<IResult> Sessions(Visit visit, Db db, UserStore users)
    {
        var sessions = await new SessionStore(db).ListAsync(visit.CompanyId, null, visit.Now, MaxSessions, visit.Ct);
        var names = await users.FindNamesAsync(visit.CompanyId, sessions.Select(one => one.UserId), visit.Ct);
        return ConsolePage.Of(visit, "settings", "Sessions", $"""
            {SettingsView.Tabs("sessions")}
            {SessionList.Of(visit, sessions, Links.SettingsSessions, visit.Visitor?.Session.Id, one => names.GetValueOrDefault(one.UserId, ""))}
            {visit.Share($"{Links.SettingsSessions}/csv", "/sluice/v1/sessions")}
            """);
    }

    private static async Task<IResult> EndSession(string id, Visit visit, ManageLogins logins) =>
        WireId.Find(id) is { } sessionId && await logins.EndSessionAsync(visit.CompanyId, sessionId, ofUser: null, visit.AuditActor, visit.Ct)
            ? Notice.Redirect(Links.SettingsSessions, "session-ended")
            : ConsolePage.NotFound(visit, "settings", "session");

    private static Roles RolesOf(Visit visit) => RoleWords.Read(RoleWords.All.Where(word => visit.Field(word) is not null));

    private static async Task<IResult> UsersPageAsync(Visit visit, Db db, UserStore users, string? alert = null)
    {
        var logins = await new LoginStore(db).ListAsync(visit.CompanyId, visit.Ct);
        var known = await users.ListAsync(visit.CompanyId, UserFilter.All, long.MinValue, MaxUsers, visit.Ct);
        return ConsolePage.Of(
            visit, "settings", "Users and roles", SettingsView.Users(visit, [.. known.Take(MaxUsers).OrderBy(user => user.FullName, StringComparer.OrdinalIgnoreCase)], logins.ToDictionary(one => one.UserId), alert),
            status: alert is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }
}
