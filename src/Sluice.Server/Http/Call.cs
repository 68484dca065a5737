using System.Text.Json;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>One request that has passed the gate: all that a handler may know of it.</summary>
/// <param name="http">The request.</param>
/// <param name="caller">Whose it is.</param>
/// <param name="trail">Null unless requests are recorded.</param>
internal sealed class Call(HttpContext http, Caller caller, Trail? trail)
{
    public Caller Caller { get; } = caller;

    public long CompanyId => Caller.CompanyId;

    public string RequestId => http.TraceIdentifier;

    /// <summary>Cancelled when the client hangs up.</summary>
    public CancellationToken Ct => http.RequestAborted;

    /// <summary>For an operation that reads more than fits in memory.</summary>
    public HttpRequest Request => http.Request;

    public Parameters ReadQuery() => new(http.Request.QueryString, trail?.Query);

    /// <summary>Only of an operation that takes a list.</summary>
    public JsonElement.ArrayEnumerator ReadList() => http.Features.GetRequired<RequestBody>().Root.EnumerateArray();

    /// <summary>
    /// The body as it came, for an operation that knows its plainest form at a glance. Empty where requests are recorded: what such a
    /// reader passes over, nobody would be told of.
    /// </summary>
    public ReadOnlyMemory<byte> PlainBody => trail is null ? http.Features.GetRequired<RequestBody>().Bytes : default;

    /// <summary>Only of an operation that takes an object.</summary>
    public Fields ReadBody() => new(http.Features.GetRequired<RequestBody>().Root, trail?.Body);

    /// <summary>The object itself, for an operation that is stricter than <see cref="Fields"/>.</summary>
    public JsonElement Body => http.Features.GetRequired<RequestBody>().Root;

    /// <summary>How a handler gets it: the framework calls this for a parameter of the type.</summary>
    public static ValueTask<Call> BindAsync(HttpContext http) => ValueTask.FromResult(http.Features.GetRequired<Call>());
}
