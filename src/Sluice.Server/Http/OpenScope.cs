using System.Net;
using Sluice.Engine.Companies;

namespace Sluice.Server.Http;

/// <summary>
/// Whether operations of one scope need no key, and in whose name they are called then: in <c>sluice dev</c>, where nobody but this machine can
/// call. Told at start.
/// </summary>
/// <param name="Scope">Null: none is open.</param>
internal sealed record OpenScope(string? Scope, Func<CancellationToken, Task<Caller?>> FindAsync)
{
    /// <summary>
    /// Not for the page of a stranger in this machine's browser. One that sends a form here has an Origin of its own; one whose name was made
    /// to lead to this machine is of the same origin as we are, but calls us by that name.
    /// </summary>
    public bool Covers(Operation? operation, HttpRequest request) =>
        operation is not null && operation.Scope == Scope && IsThisMachine(request.Host.Host) && IsOwn(request.Headers.Origin, request.Host);

    private static bool IsThisMachine(string name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));

    private static bool IsOwn(string? origin, HostString host) => origin is null || origin.Equals($"http://{host}", StringComparison.OrdinalIgnoreCase);
}
