using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Server.Console.Layout;
using Sluice.Server.Console.SignIn;

namespace Sluice.Server.Console.Account;

/// <summary>What people change of their own sign-in: the password, the second factor, and where they are signed in.</summary>
internal static class AccountEndpoints
{
    public static void MapAccount(this RouteGroupBuilder console, SignInWays ways)
    {
        var account = console.MapGroup("/account").WithMetadata(new AuditsItself());
        account.MapGet("", Show);
        account.MapPost("/sessions/{id}/end", EndSession);
        if (ways.HasPasswords)
        {
            account.MapPost("/password", ChangePassword);
            account.MapPost("/second-factor", BeginFactor);
            account.MapPost("/second-factor/confirm", ConfirmFactor);
            account.MapPost("/second-factor/remove", RemoveFactor);
        }
    }

    private static Task<IResult> Show(Visit visit, Db db, SecondFactor factor) => PageAsync(visit, db, factor);

    private static Task<IResult> ChangePassword(Visit visit, Db db, SecondFactor factor, SetPassword setting, Passwords passwords, SignInTries tries) =>
        WithPasswordAsync(visit, db, factor, passwords, tries, async visitor =>
        {
            var password = visit.Secret("new");
            if (Passwords.FindFault(password, visit.Secret("again"), visitor.User.Email) is { } fault)
            {
                return await PageAsync(visit, db, factor, fault);
            }

            await setting.ChangeAsync(visitor.Session, passwords.Hash(password!), visit.AuditActor, visit.Ct);
            return Notice.Redirect(Links.Account, "password");
        });

    private static Task<IResult> BeginFactor(Visit visit, Db db, SecondFactor factor, Passwords passwords, SignInTries tries) => WithPasswordAsync(visit, db, factor, passwords, tries, async visitor =>
    {
        if (visitor.Login.TotpSecret is not null || !factor.CanKeep)
        {
            return await PageAsync(visit, db, factor, visitor.Login.TotpSecret is null ? AccountView.NoKey : "The second factor is on already.");
        }

        return SetUp(visit, visitor, await factor.BeginAsync(visitor.Login, visit.Ct));
    });

    private static async Task<IResult> ConfirmFactor(Visit visit, Db db, SecondFactor factor)
    {
        if (visit.Visitor is not { } visitor)
        {
            return ConsolePage.NotFound(visit, "", "account");
        }

        if (await factor.ConfirmAsync(visitor.Login, visit.Field("code") ?? "", visit.AuditActor, visit.Ct) is { } codes)
        {
            return ConsolePage.Of(visit, "", "Keep these recovery codes", AccountView.Codes(codes));
        }

        return factor.FindPending(visitor.Login) is { } secret ? SetUp(visit, visitor, secret, "This code is wrong. Is the clock of your device right?") : await PageAsync(visit, db, factor, "Begin once more.");
    }

    private static Task<IResult> RemoveFactor(Visit visit, Db db, SecondFactor factor, Passwords passwords, SignInTries tries) => WithPasswordAsync(visit, db, factor, passwords, tries, async visitor =>
    {
        await factor.RemoveAsync(visitor.Login, visit.AuditActor, visit.Ct);
        return Notice.Redirect(Links.Account, "factor-off");
    });

    private static async Task<IResult> EndSession(string id, Visit visit, ManageLogins logins) =>
        visit.Visitor is { } visitor && WireId.Find(id) is { } sessionId && await logins.EndSessionAsync(visit.CompanyId, sessionId, visitor.User.Id, visit.AuditActor, visit.Ct)
            ? Notice.Redirect(Links.Account, "session-ended")
            : ConsolePage.NotFound(visit, "", "session");

    /// <summary>Asks for the password once more: whoever finds the browser open must not be able to take over the login.</summary>
    private static async Task<IResult> WithPasswordAsync(Visit visit, Db db, SecondFactor factor, Passwords passwords, SignInTries tries, Func<Visitor, Task<IResult>> work)
    {
        if (visit.Visitor is not { } visitor)
        {
            return ConsolePage.NotFound(visit, "", "account");
        }

        var address = visit.Http.Connection.RemoteIpAddress;
        if (await tries.BeginAsync(visitor.User.Email, address, visit.Ct) is { } wait)
        {
            return await PageAsync(visit, db, factor, SignInEndpoints.TooMany(wait), StatusCodes.Status429TooManyRequests);
        }

        if (!passwords.IsOf(visitor.Login.PasswordHash, visit.Secret("password") ?? ""))
        {
            return await PageAsync(visit, db, factor, "The password is wrong. Nothing was changed.", StatusCodes.Status403Forbidden);
        }

        await tries.SucceedAsync(visitor.User.Email, address, 1, visit.Ct);
        return await work(visitor);
    }

    private static ConsolePage SetUp(Visit visit, Visitor visitor, string secret, string? alert = null) => ConsolePage.Of(
        visit, "", "Set up the second factor", AccountView.SetUp(visit, secret, Totp.Uri(secret, visitor.User.Email, "Sluice"), alert), status: alert is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static async Task<IResult> PageAsync(Visit visit, Db db, SecondFactor factor, string? alert = null, int status = StatusCodes.Status400BadRequest) => visit.Visitor is not { } visitor
        ? ConsolePage.NotFound(visit, "", "account")
        : ConsolePage.Of(
            visit, "", "Your account", AccountView.Of(visit, visitor, await new SessionStore(db).ListAsync(visit.CompanyId, visitor.User.Id, visit.Now, Session.MaxOfUser, visit.Ct), factor.CanKeep, alert),
            Html.Isolate(visitor.User.FullName), alert is null ? StatusCodes.Status200OK : status);
}
