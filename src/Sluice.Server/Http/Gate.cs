using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>
/// Stands before every route and refuses one that declares neither an <see cref="Operation"/> nor that it is open. Checks in this order: 403
/// foreign web pages (only in <c>sluice dev</c>), 401 credentials, 403 network, 429 limits, 404 or 405 route, 401 or 403 scope, 415, 413 or 400
/// body, 400 unknown names and malformed ids (only under <c>/sluice/v1</c>). The operation's own checks come after [rec][doc].
/// </summary>
internal sealed class Gate(
    RequestDelegate next, Profile profile, ForeignPages foreignPages, Credentials credentials, FailedLogins failedLogins, Limits limits, KeylessScope keyless,
    Recording recording, PageVisitors visitors)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var refusal = await RefuseAsync(http);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(http);
            return;
        }

        await next(http);

        // The framework answers a wrong verb without a body, but clients parse one.
        if (http.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false, ContentLength: null })
        {
            HeadRequests.Allow(http);
            await new ApiError(StatusCodes.Status405MethodNotAllowed, "Method Not Allowed").ExecuteAsync(http); // [rec]
        }
    }

    private async ValueTask<IResult?> RefuseAsync(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        var operation = endpoint?.Metadata.GetMetadata<Operation>();
        if (endpoint is RouteEndpoint && operation is null && endpoint.Metadata.GetMetadata<OpenRoute>() is null)
        {
            return new ApiError(StatusCodes.Status403Forbidden, "This route is closed: it declares neither the scope that it needs nor that it is open.");
        }

        if (foreignPages.FindFault(http.Request) is { } fault)
        {
            http.Features.Get<RequestNotes>()?.ForeignFault = fault;
            return Forbid(operation, StatusCodes.Status403Forbidden, fault); // [inf]
        }

        if (operation is null && !ApiPath.IsV2(http.Request.Path))
        {
            return endpoint is null || !Routes.IsExact(endpoint, http.Request.Path) ? ApiError.NotFound("Not Found") : null;
        }

        if (operation is { IsPage: true } && visitors.FindAsync is { } find)
        {
            return await RefuseVisitorAsync(http, endpoint, operation, find);
        }

        var isOpen = keyless.Covers(operation, http.Request);
        var caller = isOpen && http.Request.Headers.Authorization.Count == 0
            ? await keyless.FindAsync(http.RequestAborted)
            : await credentials.CheckAsync(http.Request.Headers.Authorization, http.RequestAborted);
        if (caller is null)
        {
            return await RefuseStrangerAsync(http);
        }

        if (!CompanyUrl.Suits(http.Request, caller))
        {
            return RefuseElsewhere(http, caller);
        }

        var notes = recording.IsOn ? http.Features.Get<RequestNotes>() : null;
        notes?.Caller = caller;
        if (!caller.MayCallFrom(http.Connection.RemoteIpAddress))
        {
            return Forbid(operation, StatusCodes.Status403Forbidden, "You don't have permission to call this API from your network address."); // [inf]
        }

        if (operation is not { IsCounted: false } && await limits.FindWaitAsync(caller, http.RequestAborted) is { } wait
            && !(profile.OnlyListedStatuses && operation is { Lists429: false }))
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return new ApiError(StatusCodes.Status429TooManyRequests, "API request limit exceeded");
        }

        if (endpoint is null || !Routes.IsExact(endpoint, http.Request.Path))
        {
            return ApiError.NotFound("Not Found");
        }

        if (operation is null)
        {
            return null; // The framework's endpoint for a wrong verb.
        }

        if (!isOpen && !caller.Scopes.Contains(operation.Scope))
        {
            return Forbid(operation, profile.MissingScope, $"You don't have permission to use '{operation.Scope}' in your app."); // [rec]
        }

        var call = new Call(http, operation, caller, notes);
        http.Features.Set(call);
        return (operation.TakesRaw(http.Request) ? RequestBody.RefuseCompressed(http) : HasBody(http, operation) ? await RequestBody.ReadAsync(http, operation) : null) ?? call.RefuseUnknown();
    }

    /// <summary>Lets a person in who is signed in, and whose roles the page is for. A page has no scope, no limit and no body of JSON.</summary>
    private static async ValueTask<IResult?> RefuseVisitorAsync(HttpContext http, Endpoint? endpoint, Operation operation, Func<HttpContext, ValueTask<(Caller? Caller, IResult? Refusal)>> find)
    {
        if (endpoint is null || !Routes.IsExact(endpoint, http.Request.Path))
        {
            return ApiError.NotFound("Not Found");
        }

        var (caller, refusal) = await find(http);
        if (caller is not null)
        {
            http.Features.Set(new Call(http, operation, caller, notes: null));
        }

        return refusal;
    }

    /// <summary>Whether to read a body. A strict operation that takes none reads it too, to refuse its fields.</summary>
    private static bool HasBody(HttpContext http, Operation operation) =>
        operation.Body != BodyKind.None
        || (operation.Style == ReaderStyle.Strict && http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true });

    private async ValueTask<ApiError> RefuseStrangerAsync(HttpContext http)
    {
        await failedLogins.SlowDownAsync(http.Connection.RemoteIpAddress, http.RequestAborted);
        if (!http.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"Gong.io API\""; // [rec]
        }

        return new ApiError(StatusCodes.Status401Unauthorized, "Validate credentials failed. Please check your credentials and try again."); // [rec]
    }

    /// <summary>Refuses credentials on a URL that is not of their company. To an OAuth client the imitated service then says what is not true [rep].</summary>
    private ApiError RefuseElsewhere(HttpContext http, Caller caller)
    {
        var notes = recording.IsOn ? http.Features.Get<RequestNotes>() : null;
        notes?.Caller = caller;
        notes?.OAuth = new OAuthNote(
            "wrong-base-url",
            $"{(caller.IsOAuth ? "The access token is valid, and not revoked: it works" : "The API key is valid: it works")} only on the base URL of its company, {CompanyUrl.Of("", caller.CompanyId)}{(caller.IsOAuth ? ", which came with it as api_base_url_for_customer" : " or none")}.",
            "Authorization");
        return new ApiError(
            StatusCodes.Status401Unauthorized,
            caller.IsOAuth ? "The access token has been revoked" : "Validate credentials failed. Please check your credentials and try again.");
    }

    private ApiError Forbid(Operation? operation, int status, string sentence) =>
        profile.OnlyListedStatuses && operation is { Lists403: false }
            ? new ApiError(StatusCodes.Status401Unauthorized, sentence)
            : new ApiError(status, sentence);
}
