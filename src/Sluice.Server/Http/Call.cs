using System.Text.Json;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>A request that passed the gate. Handlers see the request only through this type.</summary>
/// <param name="caller">The API key behind the request.</param>
/// <param name="trail">Null unless requests are recorded.</param>
internal sealed class Call(HttpContext http, Caller caller, Trail? trail)
{
    public Caller Caller { get; } = caller;

    public long CompanyId => Caller.CompanyId;

    public string RequestId => http.TraceIdentifier;

    /// <summary>Cancelled when the client disconnects.</summary>
    public CancellationToken Ct => http.RequestAborted;

    /// <summary>The raw request, for an operation whose body does not fit in memory.</summary>
    public HttpRequest Request => http.Request;

    public Parameters ReadQuery() => new(http.Request.QueryString, trail?.Query);

    /// <summary>Only for an operation whose body is a JSON list.</summary>
    public JsonElement.ArrayEnumerator ReadList() => http.Features.GetRequired<RequestBody>().Root.EnumerateArray();

    /// <summary>
    /// The bytes of the body, for an operation that has a fast reader for the most common form of its body. Empty while requests are
    /// recorded: a fast reader does not note which names and ids it read, and hints need them.
    /// </summary>
    public ReadOnlyMemory<byte> PlainBody => trail is null ? http.Features.GetRequired<RequestBody>().Bytes : default;

    /// <summary>Only for an operation whose body is a JSON object.</summary>
    public Fields ReadBody() => new(http.Features.GetRequired<RequestBody>().Root, trail?.Body);

    /// <summary>The parsed body, for an operation that checks it more strictly than <see cref="Fields"/> does.</summary>
    public JsonElement Body => http.Features.GetRequired<RequestBody>().Root;

    /// <summary>The framework calls this to supply a handler's parameter of type <see cref="Call"/>.</summary>
    public static ValueTask<Call> BindAsync(HttpContext http) => ValueTask.FromResult(http.Features.GetRequired<Call>());
}
