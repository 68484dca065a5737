using System.Collections.Frozen;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.SignIn;

/// <summary>Finds who is signed in, for the gate. Who is not is asked to sign in, and who lacks the role of the page is refused.</summary>
internal sealed class FindVisitor(Sessions sessions, Db db, Cookies cookies, ConsoleSettings settings)
{
    private static readonly FrozenSet<string> NoScopes = FrozenSet<string>.Empty;

    public async ValueTask<(Caller? Caller, IResult? Refusal)> RunAsync(HttpContext http)
    {
        if (settings.Refuses(http.Request))
        {
            return (null, ConsoleSettings.RefusePlain(http));
        }

        if (await FindAsync(http) is not { } visitor || await new CompanyStore(db).FindAsync(visitor.User.CompanyId, http.RequestAborted) is not { } company)
        {
            return (null, await AskAsync(http));
        }

        http.Features.Set(visitor);
        return (ToCaller(company, visitor), http.GetEndpoint()?.Metadata.GetMetadata<ForRoles>() is { } need && (visitor.Is(need.Any) || need.Any == Roles.None) ? null : Refuse(http));
    }

    /// <returns>Null: nobody, or somebody who may come in no more.</returns>
    public async Task<Visitor?> FindAsync(HttpContext http) =>
        cookies.FindSession(http.Request) is { } cookie
            && await sessions.FindAsync(cookie, http.RequestAborted) is { NeedsCode: false } session
            && await new LoginStore(db).FindAsync(session.CompanyId, session.UserId, http.RequestAborted) is { } login
            && await new UserStore(db).FindAsync(session.CompanyId, session.UserId, http.RequestAborted) is { Active: true } user
            ? new Visitor(user, login, session, cookie)
            : null;

    /// <summary>Asks for the sign-in. What was typed into a form of ours is kept; a form of another page is not.</summary>
    private async Task<IResult> AskAsync(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method))
        {
            return Notice.Redirect(Links.With(Links.SignIn, ("return", ReturnPath.Of(http.Request))));
        }

        if (ForeignPages.IsByAnotherPage(http.Request) || !FormGuard.IsForm(http.Request, mayHaveFile: true) || await FormGuard.ReadAsync(http.Request) is not { } form)
        {
            return ConsolePage.Refuse(http, StatusCodes.Status403Forbidden, "Nothing was changed", "You are not signed in.", signedIn: false);
        }

        return SignInView.Page(http, cookies, new SignInAnswers(null, HeldForm.Of(http.Request, form)), "Your session is over, and nothing was changed yet. Sign in: what you have typed is kept.", StatusCodes.Status401Unauthorized);
    }

    private static ConsolePage Refuse(HttpContext http) =>
        ConsolePage.Refuse(http, StatusCodes.Status403Forbidden, "Not for your role", "Your roles do not allow this. An operator of your company can change them.");

    private static Caller ToCaller(Company company, Visitor visitor) => new(company.Id, visitor.User.Id, Zones.FindOrUtc(company.TimeZone), company.Limits, Convert.FromHexString(company.CursorKey))
    {
        AccessKey = "",
        Scopes = NoScopes,
        Networks = [],
        ExpiresAt = visitor.Session.ExpiresAt,
        SecretHash = [],
        TokenHash = [],
        UserId = visitor.User.Id,
    };
}
