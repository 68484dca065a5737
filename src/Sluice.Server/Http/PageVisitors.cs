using Sluice.Engine.Companies;

namespace Sluice.Server.Http;

/// <summary>
/// Finds who asks for a page, by the session of the browser. The console supplies this at startup: the gate stands below it, so it cannot call it.
/// </summary>
/// <param name="FindAsync">
/// Gives the caller, or what is answered instead: a way to sign in, or that the person may not. Null: nobody signs in on this server, and pages need what
/// operations need.
/// </param>
internal sealed record PageVisitors(Func<HttpContext, ValueTask<(Caller? Caller, IResult? Refusal)>>? FindAsync)
{
    public static readonly PageVisitors None = new(FindAsync: null);
}
