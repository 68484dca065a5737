using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Faults;

/// <summary>Behind the gate, so that a stranger is still a stranger and a limit a limit; before the operation.</summary>
internal sealed class MakeFaults(RequestDelegate next, PlannedFaults planned)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Features.Get<Call>() is not { } call || planned.Take(call.CompanyId, http.Request.Path) is not { } fault)
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
            await LoseAsync(http);
        }
        else
        {
            await next(http);
        }
    }

    private static Task RefuseAsync(HttpContext http, int status, int? retryAfter)
    {
        http.Response.Headers.RetryAfter = retryAfter?.ToString(CultureInfo.InvariantCulture);
        return new ApiError(status, Sentence(status)).ExecuteAsync(http);
    }

    /// <summary>As the server itself says it, where it does.</summary>
    private static string Sentence(int status) => status switch
    {
        StatusCodes.Status429TooManyRequests => "API request limit exceeded",
        StatusCodes.Status500InternalServerError => "Internal server error occurred",
        _ => ReasonPhrases.GetReasonPhrase(status),
    };

    /// <summary>The answer goes nowhere, so that not even its status is on its way when the connection is cut.</summary>
    private async Task LoseAsync(HttpContext http)
    {
        http.Response.Body = Stream.Null;
        await next(http);
        http.Abort();
        http.RequestAborted = new CancellationToken(canceled: true); // The server's own is late, and the record would say 200.
    }
}
