using System.Net;

namespace Sluice.Client;

/// <summary>What to do after an answer that is no success.</summary>
internal enum NextTry
{
    /// <summary>Tell the caller.</summary>
    GiveUp,

    /// <summary>The server did nothing: wait as it says, and send again.</summary>
    Wait,

    /// <summary>The server did nothing: get new credentials, and send again.</summary>
    Renew,

    /// <summary>The server may have done it: send again if that is safe.</summary>
    Repeat,
}

/// <summary>
/// Decides about repeating, and is the only place that does. A write is repeated in two cases: the server says that it did nothing (429, 401), or it
/// knows idempotency keys and the write has one.
/// </summary>
internal static class Retry
{
    /// <param name="tries">How often the request failed already.</param>
    /// <param name="waited">How long the call has waited for rate limits.</param>
    /// <param name="hasRenewed">Whether the credentials were renewed for this call.</param>
    public static NextTry Decide(ApiRequest request, ApiAnswer answer, SluiceOptions options, int tries, TimeSpan waited, bool hasRenewed)
    {
        if (!request.CanRepeat)
        {
            return NextTry.GiveUp;
        }

        return answer.Status switch
        {
            HttpStatusCode.TooManyRequests => waited + PauseOf(answer) <= options.MaxRateLimitWait ? NextTry.Wait : NextTry.GiveUp,
            HttpStatusCode.Conflict when IsStillRunning(request, answer) => waited + PauseOf(answer) <= options.MaxRateLimitWait ? NextTry.Wait : NextTry.GiveUp,
            HttpStatusCode.Unauthorized => hasRenewed ? NextTry.GiveUp : NextTry.Renew,
            _ when answer.IsFailure && tries < options.MaxRetries && (request.IsRead || request.IdempotencyKey is not null) => NextTry.Repeat,
            _ => NextTry.GiveUp,
        };
    }

    /// <returns>At least a second: limits are counted in seconds.</returns>
    public static TimeSpan PauseOf(ApiAnswer answer) => answer.RetryAfter is { } asked && asked > TimeSpan.FromSeconds(1) ? asked : TimeSpan.FromSeconds(1);

    /// <summary>True if an equal request with this key is still being done.</summary>
    private static bool IsStillRunning(ApiRequest request, ApiAnswer answer) => request.IdempotencyKey is not null && answer.RetryAfter is not null;
}
