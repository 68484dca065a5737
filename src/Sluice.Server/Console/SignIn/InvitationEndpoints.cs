using Sluice.Engine.SignIn;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.SignIn;

/// <summary>The page to which a link of an invitation leads: there a person sets a password.</summary>
internal static class InvitationEndpoints
{
    public static void MapInvitation(this RouteGroupBuilder strangers)
    {
        strangers.MapGet(Links.Invitation, Show).Open();
        strangers.MapPost(Links.Invitation, Use).Open();
    }

    private static Task<IResult> Show(HttpContext http, SetPassword setting, UserStore users, Cookies cookies, FailedLogins failed, CancellationToken ct) => WithInvitedAsync(
        http, http.Request.Query["token"].ToString(), setting, users, failed, (token, _, user) => Task.FromResult(SignInView.InvitationPage(http, cookies, token, user.Email)), ct);

    private static async Task<IResult> Use(
        HttpContext http, SetPassword setting, UserStore users, Passwords passwords, Sessions sessions, Cookies cookies, FailedLogins failed, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        return await WithInvitedAsync(http, form["token"].ToString(), setting, users, failed, async (token, invited, user) =>
        {
            var password = form["password"].ToString();
            if (Passwords.FindFault(password, form["again"].ToString(), user.Email) is { } fault)
            {
                return SignInView.InvitationPage(http, cookies, token, user.Email, fault, StatusCodes.Status400BadRequest);
            }

            if (await setting.ByInvitationAsync(invited, passwords.Hash(password), SignInEndpoints.ActorOf(http, user.Id), ct) is not { } login)
            {
                return SignInView.NoInvitation(); // Somebody used the link at the same moment.
            }

            await SignInEndpoints.BeginAsync(http, sessions, cookies, login, "invitation", needsCode: false, ct);
            return Notice.Redirect(Links.Root);
        }, ct);
    }

    private static async Task<IResult> WithInvitedAsync(
        HttpContext http, string token, SetPassword setting, UserStore users, FailedLogins failed, Func<string, Login, User, Task<IResult>> work, CancellationToken ct)
    {
        if (await setting.FindInvitedAsync(token, ct) is { } invited && await users.FindAsync(invited.CompanyId, invited.UserId, ct) is { Active: true } user)
        {
            return await work(token, invited, user);
        }

        await failed.SlowDownAsync(http.Connection.RemoteIpAddress, ct);
        return SignInView.NoInvitation();
    }
}
