using System.Globalization;
using System.Text.Json;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Requests;

/// <summary>Finds hints for what the gate refuses: bad credentials, missing scopes, early retries and bodies that are not declared as JSON.</summary>
internal sealed class CallHints(RequestLog log)
{
    /// <summary>A client that retries does so within this time.</summary>
    private static readonly TimeSpan Retried = TimeSpan.FromMinutes(1);

    public IEnumerable<Hint> Find(AnsweredRequest answered)
    {
        if (answered.Notes.ForeignFault is { } fault)
        {
            return [new Hint("foreign-call", $"{fault}.", "Host")];
        }

        var caller = answered.Notes.Caller;
        var hints = new[]
        {
            answered.Status == StatusCodes.Status401Unauthorized && caller is null ? Credentials(answered.Http.Request.Headers.Authorization.ToString()) : null,
            caller is not null && answered is { Operation: { } operation, Status: 401 or 403 } && !caller.Scopes.Contains(operation.Scope) ? Scope(caller, operation.Scope) : null,
            caller is not null ? RetriedTooEarly(answered, caller) : null,
            caller is not null && answered is { IsAdmitted: true, Status: < 400, Operation.OnlyReads: false } ? RepeatedWrite(answered, caller) : null,
            answered.Status == StatusCodes.Status415UnsupportedMediaType && answered.Operation is { } refused ? Unsupported(answered, refused) : null,
            answered is { Status: StatusCodes.Status400BadRequest, IsAdmitted: false, Operation: { } wanted } && caller is not null ? Malformed(wanted.Body) : null,
        };
        return hints.OfType<Hint>();
    }

    private static Hint Credentials(string header) => new(
        "bad-credentials",
        header.Length == 0
            ? "There is no Authorization header."
            : header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
                ? "No active API key has this access key and secret. Basic takes the base64 form of accessKey:accessKeySecret."
                : header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
                    ? "No active API key and no live OAuth grant has this token. Bearer takes the token, not the access key or its secret; an OAuth token lives for a day."
                    : "The Authorization header begins with neither Basic nor Bearer.",
        "Authorization");

    private static Hint Scope(Caller caller, string scope) => new(
        "missing-scope", $"The key {caller.AccessKey} has no scope {scope}; it has {string.Join(", ", caller.Scopes.Order(StringComparer.Ordinal))}.", scope);

    /// <summary>Finds a call that the same key repeats after a 429, before the Retry-After time is over.</summary>
    private Hint? RetriedTooEarly(AnsweredRequest answered, Caller caller)
    {
        var refused = log.Read(WireId.Write(caller.CompanyId)).FindLast(past =>
            past is { Status: StatusCodes.Status429TooManyRequests, RetryAfter: not null }
            && past.AccessKey == caller.AccessKey && past.Method == answered.Method && past.Path == answered.Path
            && past.Time.AddMilliseconds(past.Milliseconds) <= answered.Time);
        return refused is { RetryAfter: { } seconds } && answered.Time < refused.Time.AddSeconds(seconds)
            ? new Hint(
                "retried-too-early",
                string.Create(CultureInfo.InvariantCulture, $"This call came {(answered.Time - refused.Time).TotalSeconds:0.0} s after a 429 whose Retry-After said {seconds} s."),
                "Retry-After")
            : null;
    }

    /// <summary>Finds a write that the same key sends again within a minute, without an idempotency key.</summary>
    private Hint? RepeatedWrite(AnsweredRequest answered, Caller caller)
    {
        if (!IdempotentCalls.IsWrite(answered.Method) || answered.Http.Request.Headers.ContainsKey(IdempotentCalls.Header))
        {
            return null;
        }

        var (query, body) = (Redaction.Query(answered.Http.Request, answered.Notes.Query, log.KeepsUnknownValues), answered.Body is { } json ? Redaction.Body(json, answered.Notes.Body) : null);
        var first = log.Read(WireId.Write(caller.CompanyId)).FindLast(past =>
            past.AccessKey == caller.AccessKey && past.Method == answered.Method && past.Path == answered.Path && past.Query == query && past.Body == body
            && past.Status is null or < 400 or >= 500 && answered.Time - past.Time < Retried);
        return first is null ? null : new Hint(
            "repeated-write",
            string.Create(CultureInfo.InvariantCulture, $"The same write came {(answered.Time - first.Time).TotalSeconds:0.0} s before, as request {first.RequestId}. If this is a retry, it may have been done twice: an {IdempotentCalls.Header} would have made the second one harmless."),
            IdempotentCalls.Header);
    }

    private static Hint? Unsupported(AnsweredRequest answered, Operation operation)
    {
        var coding = answered.Http.Request.Headers.ContentEncoding.ToString();
        return coding.Length > 0 ? new Hint("compressed-body", $"Content-Encoding says {coding}, and the server reads only uncompressed bodies.", "Content-Encoding")
            : operation.Body != BodyKind.None ? ContentType(answered)
            : null;
    }

    private static Hint ContentType(AnsweredRequest answered)
    {
        var given = answered.Http.Request.ContentType;
        var subject = answered.Body is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } ? "The body is JSON" : "The operation takes JSON";
        return new Hint(
            "content-type",
            $"{subject}, but {(given is null ? "there is no Content-Type" : $"Content-Type says {given}")}: it should be application/json, in UTF-8.",
            "Content-Type",
            "application/json");
    }

    private static Hint Malformed(BodyKind wanted) => new("malformed-body", $"The body is not a JSON {(wanted == BodyKind.JsonList ? "list" : "object")} in UTF-8.");
}
