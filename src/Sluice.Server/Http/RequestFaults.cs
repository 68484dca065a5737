namespace Sluice.Server.Http;

/// <summary>
/// Runs the work of an open route with the faults that the company has planned for it: the gate does not know the company of such a route, so only the
/// route itself can ask. Only <c>sluice dev</c> has faults.
/// </summary>
internal sealed record RequestFaults(Func<HttpContext, long, RequestDelegate, Task> RunAsync)
{
    public static readonly RequestFaults None = new((http, _, next) => next(http));
}
