using System.Net;
using Sluice.Engine.Companies;

namespace Sluice.Server.Http;

/// <summary>
/// Names the scope whose operations need no key, and finds the caller in whose name they then run. Used in <c>sluice dev</c> while only this
/// machine can call. Set at startup.
/// </summary>
/// <param name="Scope">Null: no scope is open.</param>
internal sealed record KeylessScope(string? Scope, Func<CancellationToken, Task<Caller?>> FindAsync)
{
    /// <summary>
    /// Whether this request needs no key. Excludes requests that a foreign web page makes in this machine's browser: a page that posts a form
    /// here sends its own Origin, and a page whose host name was made to resolve to this machine (DNS rebinding) sends that name as Host.
    /// </summary>
    public bool Covers(Operation? operation, HttpRequest request) =>
        operation is not null && operation.Scope == Scope && IsThisMachine(request.Host.Host) && IsOwn(request.Headers.Origin, request.Host);

    private static bool IsThisMachine(string name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));

    private static bool IsOwn(string? origin, HostString host) => origin is null || origin.Equals($"http://{host}", StringComparison.OrdinalIgnoreCase);
}
