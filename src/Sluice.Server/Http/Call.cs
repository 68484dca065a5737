using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>A request that passed the gate. Handlers see the request only through this type.</summary>
/// <param name="operation">Says how the request is read.</param>
/// <param name="caller">The API key behind the request.</param>
/// <param name="notes">Null unless requests are recorded.</param>
internal sealed class Call(HttpContext http, Operation operation, Caller caller, RequestNotes? notes)
{
    public Caller Caller { get; } = caller;

    public long CompanyId => Caller.CompanyId;

    public string RequestId => http.TraceIdentifier;

    /// <summary>Cancelled when the client disconnects.</summary>
    public CancellationToken Ct => http.RequestAborted;

    /// <summary>Whether the body is of the operation's other type, and the operation reads it from <see cref="Request"/>.</summary>
    public bool IsRaw => operation.TakesRaw(http.Request);

    /// <summary>Whether the operation changes nothing, although its verb may be that of a write.</summary>
    public bool OnlyReads => operation.OnlyReads;

    /// <summary>The raw request, for an operation whose body does not fit in memory.</summary>
    public HttpRequest Request => http.Request;

    public RequestReader ReadQuery() => RequestReader.OfQuery(http.Request.QueryString, operation.Style, notes?.Query);

    /// <summary>Makes a call of the API out of one of the console: the handler of the API then runs as if this body had been sent to it.</summary>
    /// <param name="query">What the operation reads from the query; null: as it is.</param>
    public Call ToApi(JsonObject? body = null, QueryString? query = null)
    {
        http.Request.QueryString = query ?? http.Request.QueryString;
        http.Features.Set(body is null ? null : new RequestBody(Encoding.UTF8.GetBytes(body.ToJsonString()), http.Response));
        return new Call(http, operation with { IsPage = false }, Caller, notes: null);
    }

    /// <summary>Waits until the company makes no other large answer and sends no large body.</summary>
    /// <returns>The refusal, or null.</returns>
    public ValueTask<ApiError?> RefuseCrowdAsync() => http.RequestServices.GetRequiredService<LargeBodies>().RefuseAsync(http, bytes: 0);

    /// <summary>Only for an operation whose body is a JSON list.</summary>
    public JsonElement.ArrayEnumerator ReadList() => http.Features.GetRequired<RequestBody>().Root.EnumerateArray();

    /// <summary>Reads the most common form of a body with a fast reader of the operation's own.</summary>
    /// <param name="field">The only field of that form. Where requests are recorded, the hints learn that it was read.</param>
    /// <returns>Null if the body has another form.</returns>
    public T? ReadPlain<T>(string field, Func<ReadOnlyMemory<byte>, T?> read)
        where T : class
    {
        var plain = read(http.Features.GetRequired<RequestBody>().Bytes);
        if (plain is not null)
        {
            notes?.Body.NoteName(field);
        }

        return plain;
    }

    /// <summary>Only for an operation whose body is a JSON object.</summary>
    public RequestReader ReadBody() => new(http.Features.GetRequired<RequestBody>().Root, operation.Style, notes?.Body);

    /// <summary>
    /// Refuses what a strict operation cannot know: parameters that its route does not declare, fields if it takes no body, and ids in the path
    /// that are none. The gate calls this before the handler, so that no handler can forget it.
    /// </summary>
    public ApiError? RefuseUnknown()
    {
        if (operation.Style == ReaderStyle.Lenient)
        {
            return null;
        }

        var query = RequestReader.OfQuery(http.Request.QueryString, operation.Style, LookedUpNames.Of(operation.Parameters));
        var body = operation.Body == BodyKind.None && http.Features.Get<RequestBody>() is not null ? ReadBody().Faults : [];
        return query.Faults.Concat(body).Concat(MalformedIds()).ToList() is { Count: > 0 } faults ? ApiError.Faults(faults) : null;
    }

    /// <summary>A parameter of a route names an id of ours, unless it is an id of the CRM, which may be any text.</summary>
    private IEnumerable<string> MalformedIds() =>
        from part in http.Request.RouteValues
        where part is { Key: not "crmId", Value: string text } && WireId.Find(text) is null
        select $"{part.Key}: should be an id, which is a whole number of at most 19 digits, not {RequestReader.Echo((string)part.Value!)}";

    /// <summary>The framework calls this to supply a handler's parameter of type <see cref="Call"/>.</summary>
    public static ValueTask<Call> BindAsync(HttpContext http) => ValueTask.FromResult(http.Features.GetRequired<Call>());
}
