namespace Sluice.Server.Http;

/// <summary>
/// Answers HEAD wherever GET is answered: the request runs as a GET, and the server sends everything but the body. Under <c>/v2</c> HEAD is a
/// wrong verb, as at the imitated API [rec].
/// </summary>
internal sealed class HeadRequests(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http) => HttpMethods.IsHead(http.Request.Method) && !ApiPath.IsV2(http.Request.Path) ? RunAsGetAsync(http) : next(http);

    /// <summary>Adds HEAD to the verbs that a 405 says are allowed.</summary>
    public static void Allow(HttpContext http)
    {
        var verbs = http.Response.Headers.Allow.ToString();
        if (verbs.Split(", ").Contains(HttpMethods.Get) && !ApiPath.IsV2(http.Request.Path))
        {
            http.Response.Headers.Allow = $"{verbs}, {HttpMethods.Head}";
        }
    }

    /// <summary>Whether the request is a HEAD that runs as a GET.</summary>
    public static bool IsHead(HttpContext http) => http.Items.ContainsKey(nameof(HeadRequests));

    private async Task RunAsGetAsync(HttpContext http)
    {
        http.Request.Method = HttpMethods.Get;
        http.Items[nameof(HeadRequests)] = true;
        try
        {
            await next(http);
        }
        finally
        {
            http.Request.Method = HttpMethods.Head; // For the metrics, the span and the request log.
        }
    }
}
