using System.Buffers;
using Microsoft.Extensions.Primitives;
using Sluice.Engine.Idempotency;

namespace Sluice.Server.Http;

/// <summary>
/// Does a write that carries an <c>Idempotency-Key</c> once. What the handler writes is in the transaction that keeps the key, and its answer is stored before
/// the commit and sent after it. Runs after the gate: what the gate refuses uses up no key. A call without the header passes untouched.
/// </summary>
internal sealed class IdempotentCalls(RequestDelegate next, RunOnce once)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";

    private const int MaxLength = 255;

    private static readonly ApiError Malformed = ApiError.Faults([$"{Header} should be sent once and have 1 to {MaxLength} visible ASCII characters"]);
    private static readonly ApiError TooLarge = new(
        StatusCodes.Status413PayloadTooLarge, $"Request body is too large: with an {Header} it may have {CallFingerprint.MaxRaw / (1024 * 1024)} MiB");

    private static readonly ApiError Running = new(StatusCodes.Status409Conflict, $"A call with this {Header} is still running: send it again in a moment");
    private static readonly ApiError OtherCall = new(StatusCodes.Status422UnprocessableEntity, $"This {Header} was used for another call: use a new key for each call");

    public Task InvokeAsync(HttpContext http) =>
        IsWrite(http.Request.Method) && http.Request.Headers.TryGetValue(Header, out var given) && http.Features.Get<Call>() is { } call
            ? RunAsync(http, call, given)
            : next(http);

    public static bool IsWrite(string method) => method is "POST" or "PUT" or "PATCH" or "DELETE";

    private async Task RunAsync(HttpContext http, Call call, StringValues given)
    {
        if (given is not [{ Length: > 0 and <= MaxLength } key] || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            await Malformed.ExecuteAsync(http);
            return;
        }

        if (await CallFingerprint.FindAsync(http.Request, call.Ct) is not { } fingerprint)
        {
            http.Response.Headers.Connection = "close"; // Do not wait for the rest of the body.
            await TooLarge.ExecuteAsync(http);
            return;
        }

        var keyed = KeyedCall.Of(call.CompanyId, call.Caller.CursorKey, key, fingerprint, call.RequestId);
        await AnswerAsync(http, await (call.OnlyReads || http.GetEndpoint()?.Metadata.GetMetadata<RunsApart>() is not null
            ? once.RunApartAsync(keyed, () => WorkAsync(http), call.Ct)
            : once.RunAsync(keyed, () => WorkAsync(http), call.Ct)));
    }

    /// <summary>Runs the handler, and takes its answer instead of sending it.</summary>
    private async Task<CallAnswer> WorkAsync(HttpContext http)
    {
        if (http.Request.Body.CanSeek)
        {
            http.Request.Body.Position = 0; // Kept in a file by the fingerprint.
        }

        var body = await HeldAnswer.RunAsync(http, next);
        return new CallAnswer(http.Response.StatusCode, body) { OnlyReads = http.Features.GetRequired<Call>().OnlyReads };
    }

    private static Task AnswerAsync(HttpContext http, KeyedResult result)
    {
        if (result.Outcome != KeyedOutcome.Done)
        {
            HeldAnswer.Clear(http); // The handler may have run, and then another call has kept the key first.
        }

        if (result.Outcome is KeyedOutcome.Replayed or KeyedOutcome.AnswerGone)
        {
            http.Response.Headers[ReplayedHeader] = "true";
        }

        if (result.Outcome == KeyedOutcome.Running)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        return result switch
        {
            { Answer: { } answer } => Json.WriteBytesAsync(http, answer.Status, answer.Body, static (buffer, bytes) => buffer.Write(bytes.Span)),
            { Outcome: KeyedOutcome.Running } => Running.ExecuteAsync(http),
            { Outcome: KeyedOutcome.OtherCall } => OtherCall.ExecuteAsync(http),
            _ => new ApiError(
                StatusCodes.Status410Gone,
                $"The call was done before, as request {result.RequestId}. Its answer is not kept: it was too large, or the data of a person was erased since").ExecuteAsync(http),
        };
    }
}
