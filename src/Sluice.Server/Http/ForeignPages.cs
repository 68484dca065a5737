using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>
/// Refuses the calls that a foreign web page makes through a browser that can reach this server. <c>sluice dev</c> needs this, because its key is
/// published: a page can send it, too. A browser tells where a page comes from, and a page cannot change what it tells:
/// a page that was made to resolve to this machine (DNS rebinding) sends its own name as Host; a page that posts a form here sends its Origin.
/// Programs send neither.
/// </summary>
/// <param name="isOn">False in <c>serve</c>: no page knows a key of it.</param>
/// <param name="knowsItsHosts">
/// Whether the server knows all names by which it is called. False if other machines can connect and no name was given: they may call it by any.
/// </param>
/// <param name="allowedHosts">The names that were given with <c>--allowed-host</c>.</param>
internal sealed class ForeignPages(bool isOn, bool knowsItsHosts, IReadOnlyList<string> allowedHosts)
{
    private const string Site = "Sec-Fetch-Site";
    private const string CrossSite = "cross-site";

    /// <returns>Why the request is refused; null: it is not.</returns>
    public string? FindFault(HttpRequest request)
    {
        if (!isOn)
        {
            return null;
        }

        var host = request.Host.Host;
        if (knowsItsHosts && !IsKnown(host))
        {
            return host.Length == 0
                ? "sluice dev answers only calls that name its host, such as localhost, in the Host header"
                : $"sluice dev answers to the names of this machine, not to {RequestReader.Echo(host)}. If that is a name of yours, start with --allowed-host {RequestReader.Echo(host)}";
        }

        return FindPage(request) is { } page
            ? $"sluice dev answers no call of a foreign web page, and this one comes from {RequestReader.Echo(page)}. If that page is yours, start with --allowed-host and its host"
            : null;
    }

    public bool IsKnown(string host) => LoopbackName.Is(host) || allowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a page of this very server makes the call. A browser that is too old to say so tells only the Origin.</summary>
    public static bool IsOwnPage(HttpRequest request) =>
        request.Headers[Site] == "same-origin" || string.Equals(request.Headers.Origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a page that is not of this server makes the call, be it of this machine. A call that can change nothing and has no Origin is let through: it
    /// is a link, or something whose answer the page cannot read.
    /// </summary>
    public static bool IsByAnotherPage(HttpRequest request) =>
        !IsOwnPage(request) && (request.Headers.Origin.Count > 0 || (MayChange(request) && request.Headers[Site].ToString() is CrossSite or "same-site"));

    private static bool MayChange(HttpRequest request) => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);

    /// <returns>Where the foreign page is that makes this call; null: none does.</returns>
    private string? FindPage(HttpRequest request)
    {
        if (IsOwnPage(request))
        {
            return null;
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 ? (MayChange(request) && request.Headers[Site] == CrossSite ? "another site" : null)
            : Uri.TryCreate(origin, UriKind.Absolute, out var page) && IsKnown(page.Host) ? null
            : origin;
    }
}
