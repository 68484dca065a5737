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
    /// Whether this request needs no key. <see cref="ForeignPages"/> has refused foreign pages already. This excludes also the pages of other programs
    /// on this machine, such as http://localhost:3000: without a key, only programs and this server's own pages may call.
    /// </summary>
    public bool Covers(Operation? operation, HttpRequest request) =>
        operation is not null && operation.Scope == Scope && !ForeignPages.IsByAnotherPage(request);
}
