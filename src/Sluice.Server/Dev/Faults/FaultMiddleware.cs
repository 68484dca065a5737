using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Faults;

/// <summary>
/// Injects the planned faults. It runs after the gate, so that credentials and call limits are still checked, and before the operation.
/// </summary>
internal sealed class FaultMiddleware(RequestDelegate next, InjectFaults faults)
{
    public Task InvokeAsync(HttpContext http) => http.Features.Get<Call>() is { } call ? faults.RunAsync(http, call.CompanyId, next) : next(http);
}

/// <summary>Runs a request with the next fault that its company has planned for its path.</summary>
internal sealed class InjectFaults(PlannedFaults planned)
{
    public async Task RunAsync(HttpContext http, long companyId, RequestDelegate next)
    {
        if (planned.Take(companyId, http.Request.Path) is not { } fault)
        {
            await next(http);
            return;
        }

        await Task.Delay(TimeSpan.FromMilliseconds(fault.DelayMs ?? 0), TimeProvider.System, http.RequestAborted);
        if (fault.Status is { } status)
        {
            await RefuseAsync(http, status, fault.RetryAfter);
        }
        else if (fault.Lost)
        {
            await DropAnswerAsync(http, next);
        }
        else
        {
            await next(http);
        }
    }

    private static Task RefuseAsync(HttpContext http, int status, int? retryAfter)
    {
        http.Response.Headers.RetryAfter = retryAfter?.ToString(CultureInfo.InvariantCulture);
        return new ApiError(status, MessageFor(status)).ExecuteAsync(http);
    }

    /// <summary>Returns the same sentence that the server itself sends with this status, if it has one.</summary>
    private static string MessageFor(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "Validate credentials failed. Please check your credentials and try again.",
        StatusCodes.Status429TooManyRequests => "API request limit exceeded",
        StatusCodes.Status500InternalServerError => "Internal server error occurred",
        _ => ReasonPhrases.GetReasonPhrase(status),
    };

    /// <summary>Runs the operation, then cuts the connection. The answer is discarded, so that not even its status has been sent by then.</summary>
    private static async Task DropAnswerAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.Body = Stream.Null;
        await next(http);
        http.Abort();
        http.RequestAborted = new CancellationToken(canceled: true); // The server cancels its own token too late; the request log would record status 200.
    }
}
