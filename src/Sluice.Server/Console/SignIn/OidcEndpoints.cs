using Sluice.Engine.SignIn;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.SignIn;

/// <summary>The way to the provider and back: the authorization code flow with a proof key. Both are links, because the policy of our pages forbids a form that leads to another site.</summary>
internal static partial class OidcEndpoints
{
    public static void MapOidc(this RouteGroupBuilder strangers)
    {
        strangers.MapGet(Links.SignInOidc, Leave).Open();
        strangers.MapGet(PublicAddress.CallbackPath, Return).Open();
        strangers.MapPost($"{Links.SignIn}/held", ShowHeld).Open();
    }

    private static async Task<IResult> Leave(HttpContext http, OidcProvider provider, PublicAddress address, Cookies cookies, ILoggerFactory logs, CancellationToken ct)
    {
        var attempt = OidcAttempt.New(ReturnPath.Read(http.Request.Query["return"].ToString()));
        try
        {
            var known = await provider.DiscoverAsync(isAnew: false, ct);
            cookies.SetAttempt(http, attempt.Write(), OidcAttempt.Lifetime);
            return Notice.Redirect(OidcProvider.AuthorizationUrl(known, provider.Settings, attempt, address.CallbackOf(http.Request)));
        }
        catch (OidcFault fault)
        {
            return Refuse(http, cookies, attempt.Return, fault, logs);
        }
    }

    private static async Task<IResult> Return(
        HttpContext http, OidcProvider provider, OidcToken tokens, PublicAddress address, SignInByProvider signIn, Sessions sessions, Cookies cookies, FailedLogins failed, ILoggerFactory logs, CancellationToken ct)
    {
        var attempt = OidcAttempt.Read(cookies.FindAttempt(http.Request));
        cookies.EndAttempt(http); // Whatever comes of it: an answer works once.
        try
        {
            var person = await FindPersonAsync(http.Request, attempt, provider, tokens, address, ct);
            var (login, refusal) = await signIn.RunAsync(provider.Settings.CompanyId, person.Email, person.Roles, SignInEndpoints.ActorOf(http, null), ct);
            if (login is null)
            {
                return SignInView.Page(http, cookies, new SignInAnswers(attempt!.Return, null), Why(refusal, person), StatusCodes.Status403Forbidden);
            }

            await SignInEndpoints.BeginAsync(http, sessions, cookies, login, "provider", needsCode: false, ct);
            return Notice.Redirect(attempt!.Return ?? Links.Root);
        }
        catch (OidcFault fault)
        {
            await failed.SlowDownAsync(http.Connection.RemoteIpAddress, ct);
            return Refuse(http, cookies, attempt?.Return, fault, logs);
        }
    }

    /// <summary>A form that waited for the sign-in, which was done in another tab.</summary>
    private static async Task<IResult> ShowHeld(HttpContext http, FindVisitor visitors, Cookies cookies, CancellationToken ct)
    {
        var given = SignInAnswers.Read(await http.Request.ReadFormAsync(ct));
        return await visitors.FindAsync(http) is not { } visitor ? SignInView.Page(http, cookies, given, "You are not signed in yet. Do so in the other tab, then come back here.", StatusCodes.Status401Unauthorized)
            : given.Held is { } held ? SignInView.HeldPage(held, FormGuard.Tokens.Of(visitor.Cookie))
            : Notice.Redirect(given.Return ?? Links.Root);
    }

    private static async Task<OidcPerson> FindPersonAsync(HttpRequest request, OidcAttempt? attempt, OidcProvider provider, OidcToken tokens, PublicAddress address, CancellationToken ct)
    {
        var query = request.Query;
        if (attempt is null || !attempt.IsAnsweredBy(query["state"].ToString()))
        {
            throw new OidcFault(OidcFaultKind.Attempt, "the answer has a state that this browser did not ask for");
        }

        var known = await provider.DiscoverAsync(isAnew: false, ct);
        if (query["iss"].ToString() is { Length: > 0 } issuer && issuer != known.Issuer)
        {
            throw new OidcFault(OidcFaultKind.Token, "the answer is of another issuer (iss): somebody mixes up two providers [RFC 9207]");
        }

        return query["code"].ToString() is { Length: > 0 } code && query["error"].Count == 0
            ? await tokens.CheckAsync(await provider.RedeemAsync(known, code, attempt, address.CallbackOf(request), ct), attempt, ct)
            : throw new OidcFault(OidcFaultKind.Refused, $"the provider, or the person there, has refused: {OidcFault.Word(query["error"])}");
    }

    private static IResult Refuse(HttpContext http, Cookies cookies, string? returnPath, OidcFault fault, ILoggerFactory logs)
    {
        LogRefused(logs.CreateLogger(typeof(OidcEndpoints)), fault.Message, http.TraceIdentifier);
        var (sentence, status) = fault.Kind switch
        {
            OidcFaultKind.Provider => ("The sign-in of your company does not answer as it should. Try again in a moment; if it goes on, an operator finds the reason in the server's log.", StatusCodes.Status502BadGateway),
            OidcFaultKind.Attempt => ("This answer belongs to no sign-in that was begun in this browser in the last ten minutes, or it was used already. Sign in once more.", StatusCodes.Status400BadRequest),
            OidcFaultKind.Refused => ("The sign-in of your company has not let you in.", StatusCodes.Status403Forbidden),
            OidcFaultKind.Unverified => ("The sign-in of your company does not say that your e-mail address is verified, so nobody knows that it is yours. Ask who runs it.", StatusCodes.Status403Forbidden),
            OidcFaultKind.NoRoleClaim => ("The sign-in of your company does not say which roles you have. Ask who runs it.", StatusCodes.Status403Forbidden),
            _ => ("The answer of your company's sign-in is not valid. Nobody was signed in.", StatusCodes.Status400BadRequest),
        };
        return SignInView.Page(http, cookies, new SignInAnswers(returnPath, null), sentence, status);
    }

    /// <summary>The provider has told whose address it is, so it may be named.</summary>
    private static string Why(ProviderRefusal refusal, OidcPerson person) => refusal switch
    {
        ProviderRefusal.NoRole => "Your account has no role here. Ask who gives out the roles of your company.",
        ProviderRefusal.NoCompany => "This server does not know whose people sign in here. An operator has to name the company with --oidc-company.",
        _ => $"No active user here has the address {person.Email}. An operator of your company can add you.",
    };

    [LoggerMessage(1, LogLevel.Warning, "A sign-in by the provider was refused: {Reason} (request {RequestId})")]
    private static partial void LogRefused(ILogger logger, string reason, string requestId);
}
