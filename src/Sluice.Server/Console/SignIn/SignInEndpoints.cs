using Sluice.Engine.Audit;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.SignIn;

/// <summary>The way into the console: address and password, then the code of the second factor if the person has one.</summary>
internal static class SignInEndpoints
{
    private const string Wrong = "This address and this password do not go together.";

    public static void MapSignIn(this IEndpointRouteBuilder app, SignInWays ways)
    {
        var strangers = app.MapGroup("").WithMetadata(new StrangersForm()).AddEndpointFilter(RefusePlainAsync);
        strangers.MapGet(Links.SignIn, Show).Open();
        if (ways.HasPasswords)
        {
            strangers.MapPost(Links.SignIn, CheckPassword).Open();
            strangers.MapPost($"{Links.SignIn}/code", CheckCode).Open();
            strangers.MapInvitation();
        }
        else
        {
            strangers.MapGet(Links.Invitation, () => Notice.Redirect(Links.SignIn)).Open(); // There is no password to set.
        }

        if (ways.Oidc is not null)
        {
            strangers.MapOidc();
        }
    }

    public static void MapSignOut(this RouteGroupBuilder console) => console.MapPost("/sign-out", SignOut).WithMetadata(new AuditsItself());

    public static AuditActor ActorOf(HttpContext http, long? userId) => new(userId, null, http.Connection.RemoteIpAddress?.ToString(), http.TraceIdentifier);

    /// <summary>Answers a try that comes too early.</summary>
    public static string TooMany(TimeSpan wait) => $"There were too many wrong tries for this address or from your network. Try again in {Words.Span(wait)}.";

    private static async ValueTask<object?> RefusePlainAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next) =>
        call.HttpContext.RequestServices.GetRequiredService<ConsoleSettings>().Refuses(call.HttpContext.Request) ? ConsoleSettings.RefusePlain(call.HttpContext) : await next(call);

    private static async Task<IResult> Show(HttpContext http, FindVisitor visitors, Cookies cookies)
    {
        var given = new SignInAnswers(ReturnPath.Read(http.Request.Query["return"].ToString()), null);
        return await visitors.FindAsync(http) is null ? SignInView.Page(http, cookies, given) : Notice.Redirect(given.Return ?? Links.Root);
    }

    /// <summary>A known address and an unknown one take as long: of each, a password is hashed once.</summary>
    private static async Task<IResult> CheckPassword(
        HttpContext http, Db db, UserStore users, Passwords passwords, SignInTries tries, Sessions sessions, Cookies cookies, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var (given, password) = (SignInAnswers.Read(form), form["password"].ToString());
        var email = given.Email ?? "";
        if (await tries.BeginAsync(email, http.Connection.RemoteIpAddress, ct) is { } wait)
        {
            return Slow(http, cookies, given, wait);
        }

        var known = await FindLoginsAsync(db, users, email, ct);
        var login = known.Find(one => passwords.IsOf(one.PasswordHash, password));
        if (login is null)
        {
            _ = known.Count == 0 && passwords.IsOf(null, password);
            foreach (var one in known)
            {
                await sessions.NoteFailureAsync(one, "password", ActorOf(http, one.UserId), ct);
            }

            return SignInView.Page(http, cookies, given, Wrong, StatusCodes.Status401Unauthorized);
        }

        var needsCode = login.TotpSecret is not null;
        await (needsCode ? Task.CompletedTask : tries.SucceedAsync(email, http.Connection.RemoteIpAddress, 1, ct));
        var cookie = await BeginAsync(http, sessions, cookies, login, "password", needsCode, ct);
        return needsCode ? SignInView.CodePage(http, cookies, given) : Enter(given, cookie);
    }

    private static async Task<IResult> CheckCode(HttpContext http, Db db, UserStore users, SignInTries tries, SecondFactor factor, Sessions sessions, Cookies cookies, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var given = SignInAnswers.Read(form);
        if (cookies.FindSession(http.Request) is not { } old || await sessions.FindAsync(old, ct) is not { NeedsCode: true } waiting
            || await new LoginStore(db).FindAsync(waiting.CompanyId, waiting.UserId, ct) is not { } login || await users.FindAsync(waiting.CompanyId, waiting.UserId, ct) is not { Active: true } user)
        {
            return SignInView.Page(http, cookies, given, "That took too long. Sign in once more.", StatusCodes.Status401Unauthorized);
        }

        if (await tries.BeginAsync(user.Email, http.Connection.RemoteIpAddress, ct) is { } wait)
        {
            return Slow(http, cookies, given, wait);
        }

        if (!await factor.CheckAsync(login, form["code"].ToString(), ct))
        {
            await sessions.NoteFailureAsync(login, "code", ActorOf(http, login.UserId), ct);
            return SignInView.CodePage(http, cookies, given, "This code is wrong, or it was used before. Wait for the next one.", StatusCodes.Status401Unauthorized);
        }

        await tries.SucceedAsync(user.Email, http.Connection.RemoteIpAddress, 2, ct); // The password, and the code.
        return Enter(given, await BeginAsync(http, sessions, cookies, login, "password", needsCode: false, ct));
    }

    private static async Task<IResult> SignOut(Visit visit, Sessions sessions, Cookies cookies)
    {
        if (visit.Visitor is { } visitor)
        {
            await sessions.EndAsync(visitor.Session, visit.AuditActor, visit.Ct);
            cookies.EndSession(visit.Http);
        }

        return Notice.Redirect(Links.SignIn);
    }

    /// <summary>Begins a session with a new cookie. The one that the browser had ends, so that nobody who knows that one gets in.</summary>
    internal static async Task<string> BeginAsync(HttpContext http, Sessions sessions, Cookies cookies, Login login, string way, bool needsCode, CancellationToken ct)
    {
        var replaced = cookies.FindSession(http.Request) is { } old ? await sessions.FindAsync(old, ct) : null;
        var cookie = await sessions.BeginAsync(login, way, needsCode, replaced, ActorOf(http, login.UserId), http.Request.Headers.UserAgent.ToString(), ct);
        cookies.SetSession(http, cookie, needsCode ? Session.CodeLifetime : Session.Lifetime);
        return cookie;
    }

    private static IResult Enter(SignInAnswers given, string cookie) =>
        given.Held is { } held ? SignInView.HeldPage(held, FormGuard.Tokens.Of(cookie)) : Notice.Redirect(given.Return ?? Links.Root);

    private static IResult Slow(HttpContext http, Cookies cookies, SignInAnswers given, TimeSpan wait)
    {
        http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return SignInView.Page(http, cookies, given, TooMany(wait), StatusCodes.Status429TooManyRequests);
    }

    /// <summary>Finds the logins with this address. A person may have one in several companies; the password tells which.</summary>
    private static async Task<List<Login>> FindLoginsAsync(Db db, UserStore users, string email, CancellationToken ct)
    {
        var found = new List<Login>();
        foreach (var user in (EmailAddress.IsValid(email) ? await users.FindAnywhereAsync(email, 5, ct) : []).Where(user => user.Active))
        {
            found.AddRange(await new LoginStore(db).FindAsync(user.CompanyId, user.Id, ct) is { PasswordHash: not null } login ? [login] : (IEnumerable<Login>)[]);
        }

        return found;
    }
}
