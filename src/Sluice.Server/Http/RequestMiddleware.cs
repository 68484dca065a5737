using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>
/// The middleware around every request (only the recording of requests is outside it). Gives the request its id, which is the same in the body,
/// the <c>x-traceid</c> header, the log and the trace, and is the only place where an exception becomes an answer. Such an exception is a bug or
/// a broken dependency: the client gets the id and no details, the log gets all details.
/// </summary>
internal sealed partial class RequestMiddleware(RequestDelegate next, ILogger<RequestMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var requestId = http.Features.Get<GivenRequestId>()?.Text ?? RequestId.New();
        http.TraceIdentifier = requestId;
        AnswerHeaders.Set(http);
        var span = RequestSpan.Begin(requestId);
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            LogHungUp(requestId, http.Request.Method, http.Request.Path);
        }
        catch (BadHttpRequestException fault)
        {
            // Kestrel could not read the body: it came too slowly, was cut off, or was badly chunked.
            LogUnreadable(requestId, http.Request.Method, http.Request.Path, fault.Message);
            await AnswerAsync(http, ApiError.BadRequest);
        }
        catch (Exception fault)
        {
            LogFailed(requestId, http.Request.Method, http.Request.Path, fault);
            await AnswerAsync(http, new ApiError(StatusCodes.Status500InternalServerError, "Internal server error occurred"));
        }
        finally
        {
            RequestSpan.End(span, http);
        }
    }

    private static async Task AnswerAsync(HttpContext http, ApiError error)
    {
        if (http.Response.HasStarted)
        {
            http.Abort(); // Part of the answer is already sent. Only a closed connection can still tell the client that it is incomplete.
            return;
        }

        http.Response.Clear();
        AnswerHeaders.Set(http);
        await error.ExecuteAsync(http);
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed; requestId {RequestId}")]
    private partial void LogFailed(string requestId, string method, PathString path, Exception fault);

    [LoggerMessage(2, LogLevel.Information, "{Method} {Path}: the request could not be read: {Reason}; requestId {RequestId}")]
    private partial void LogUnreadable(string requestId, string method, PathString path, string reason);

    [LoggerMessage(3, LogLevel.Debug, "{Method} {Path}: the client disconnected; requestId {RequestId}")]
    private partial void LogHungUp(string requestId, string method, PathString path);
}
