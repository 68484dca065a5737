using System.Diagnostics;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>
/// The outermost layer of every request: gives it its id (the same in body, <c>x-traceid</c> header, log and trace), and is the
/// only place where an exception becomes an answer. What arrives here is a bug or a broken dependency: the caller gets
/// the id and nothing of the inside, the log gets all of it.
/// </summary>
internal sealed partial class Requests(RequestDelegate next, ILogger<Requests> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var requestId = RequestId.New();
        http.TraceIdentifier = requestId;
        http.Response.Headers["x-traceid"] = requestId; // [rec]
        Activity.Current?.SetTag("requestId", requestId);
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
            // The server could not read the body: sent too slowly, cut off, badly chunked.
            LogUnreadable(requestId, http.Request.Method, http.Request.Path, fault.Message);
            await AnswerAsync(http, ApiError.BadRequest);
        }
        catch (Exception fault)
        {
            LogFailed(requestId, http.Request.Method, http.Request.Path, fault);
            await AnswerAsync(http, new ApiError(StatusCodes.Status500InternalServerError, "Internal server error occurred"));
        }
    }

    private static async Task AnswerAsync(HttpContext http, ApiError error)
    {
        if (http.Response.HasStarted)
        {
            http.Abort(); // Half an answer is out; closing is the only way left to say that it is not whole.
            return;
        }

        http.Response.Clear();
        http.Response.Headers["x-traceid"] = http.TraceIdentifier;
        await error.ExecuteAsync(http);
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed; requestId {RequestId}")]
    private partial void LogFailed(string requestId, string method, PathString path, Exception fault);

    [LoggerMessage(2, LogLevel.Information, "{Method} {Path} could not be read: {Reason}; requestId {RequestId}")]
    private partial void LogUnreadable(string requestId, string method, PathString path, string reason);

    [LoggerMessage(3, LogLevel.Debug, "{Method} {Path}: the client hung up; requestId {RequestId}")]
    private partial void LogHungUp(string requestId, string method, PathString path);
}
