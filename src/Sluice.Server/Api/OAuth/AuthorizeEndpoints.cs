using System.Text;
using Sluice.Engine.Companies;
using Sluice.Engine.OAuth;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Http;

namespace Sluice.Server.Api.OAuth;

/// <summary>Serves the consent page (RFC 6749, 4.1.1). The page's form has the request in its own query, so that nothing is kept between the two.</summary>
internal static class AuthorizeEndpoints
{
    private const string Url = "/oauth2/authorize";

    public static void MapAuthorize(this IEndpointRouteBuilder app)
    {
        app.MapGet(Url, Show).Open();
        app.MapPost(Url, Decide).Open();
    }

    private static Task<IResult> Show(HttpContext http, OAuthAppStore apps, Db db, GrantAccess grant, OAuthSettings settings, CancellationToken ct) => WithRequestAsync(
        http,
        apps,
        async request => settings.AutoApproves
            ? Redirect(request.Granted(await grant.RunAsync(request.App, request.Scopes, request.RedirectUri, request.Challenge, ct)))
            : ConsentPage.Of(request, await CompanyOfAsync(db, request, ct), asksForKey: !settings.IsDev));

    private static Task<IResult> Decide(
        HttpContext http, OAuthAppStore apps, Db db, GrantAccess grant, OAuthSettings settings, Credentials credentials, FailedLogins failed, CancellationToken ct) => WithRequestAsync(
        http,
        apps,
        async request =>
        {
            if (settings.IsDev && ForeignPages.IsByAnotherPage(http.Request))
            {
                return ConsentPage.Fault("Another page pressed the button: only a person may, on this page.", StatusCodes.Status403Forbidden);
            }

            var form = await OAuthParameters.ReadFormAsync(http.Request);
            if (form["decision"] != "allow")
            {
                return form["decision"] == "deny"
                    ? Redirect(request.Refused("access_denied", "the person did not allow it"))
                    : ConsentPage.Of(request, await CompanyOfAsync(db, request, ct), !settings.IsDev, "Nothing was decided: press one of the buttons.", StatusCodes.Status400BadRequest);
            }

            if (!settings.IsDev && await FindFaultAsync(http, request.App, form, credentials, ct) is { } fault)
            {
                await failed.SlowDownAsync(http.Connection.RemoteIpAddress, ct);
                return ConsentPage.Of(request, await CompanyOfAsync(db, request, ct), asksForKey: true, fault, StatusCodes.Status403Forbidden);
            }

            return Redirect(request.Granted(await grant.RunAsync(request.App, request.Scopes, request.RedirectUri, request.Challenge, ct)));
        });

    private static async Task<IResult> WithRequestAsync(HttpContext http, OAuthAppStore apps, Func<AuthorizationRequest, Task<IResult>> work)
    {
        var given = OAuthParameters.OfQuery(http.Request);
        var app = given["client_id"] is { } id && Secret.HasValidChecksum(id, Secret.ClientIdPrefix) ? await apps.FindAsync(id, http.RequestAborted) : null;
        return AuthorizationRequest.Read(given, app, out var fault) is not { } request ? ConsentPage.Fault(fault)
            : request.Error is var (error, description) ? Redirect(request.Refused(error, description))
            : await work(request);
    }

    /// <summary>Checks the key of the person as any Basic credentials are. All that may be wrong with it has one sentence: a stranger learns nothing.</summary>
    private static async Task<string?> FindFaultAsync(HttpContext http, OAuthApp app, OAuthParameters form, Credentials credentials, CancellationToken ct)
    {
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{form["accessKey"]?.Trim()}:{form["accessKeySecret"]?.Trim()}"));
        return await credentials.CheckAsync($"Basic {pair}", ct) is { } caller
            && caller.CompanyId == app.CompanyId && caller.Scopes.Contains(Scopes.Manage) && caller.MayCallFrom(http.Connection.RemoteIpAddress)
            ? null
            : "This is no active API key of the company with the scope sluice:manage. Check the access key and its secret.";
    }

    private static async Task<string> CompanyOfAsync(Db db, AuthorizationRequest request, CancellationToken ct) =>
        (await new CompanyStore(db).FindAsync(request.App.CompanyId, ct))?.Name ?? "";

    private static RedirectAnswer Redirect(string url) => new(url);

    /// <summary>303, so that a browser never sends the form on to the application.</summary>
    private sealed class RedirectAnswer(string url) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = url;
            httpContext.Response.Headers["Referrer-Policy"] = "no-referrer";
            return Task.CompletedTask;
        }
    }
}
