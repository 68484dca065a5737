using System.Globalization;
using Sluice.Engine.Companies;

namespace Sluice.Server.Http;

/// <summary>
/// The base URL of a company: <c>/c/{id}</c> before the path, or the host name <c>{id}.localhost</c>. An OAuth token works only there, as at the
/// imitated service, where each customer has a host of its own [doc]. A path needs no entry at a name server and works behind any proxy. API keys
/// work there and without it.
/// </summary>
internal sealed class CompanyUrl(RequestDelegate next)
{
    private const string Prefix = "/c/";
    private const string HostSuffix = ".localhost";
    private const string Api = "/v2";

    /// <summary>Moves the company's part of the path into the base path, so that routing, hints and faults see the path of the API.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Path.Value is { } path && path.StartsWith(Prefix, StringComparison.Ordinal) && path.IndexOf('/', Prefix.Length) is > 0 and var end
            && Parse(path.AsSpan()[Prefix.Length..end]) is not null && path.AsSpan()[end..] is var rest && (rest is Api || rest.StartsWith($"{Api}/", StringComparison.Ordinal)))
        {
            http.Request.PathBase = path[..end];
            http.Request.Path = path[end..];
        }

        return next(http);
    }

    /// <summary>Whether the request came to a URL on which these credentials work.</summary>
    public static bool Suits(HttpRequest request, Caller caller) => Find(request) is { } companyId ? companyId == caller.CompanyId : !caller.IsOAuth;

    /// <returns>The company whose base URL was called; null: none was.</returns>
    public static long? Find(HttpRequest request) =>
        request.PathBase.Value is { Length: > 3 } path && path.StartsWith(Prefix, StringComparison.Ordinal) ? Parse(path.AsSpan()[Prefix.Length..])
        : request.Host.Value is { } host && host.Contains(HostSuffix, StringComparison.OrdinalIgnoreCase) ? OfHost(request.Host.Host)
        : null;

    /// <param name="root">The URL of the server, without a slash at its end.</param>
    public static string Of(string root, long companyId) => string.Create(CultureInfo.InvariantCulture, $"{root}{Prefix}{companyId}");

    private static long? OfHost(string host) => host.EndsWith(HostSuffix, StringComparison.OrdinalIgnoreCase) ? Parse(host.AsSpan()[..^HostSuffix.Length]) : null;

    private static long? Parse(ReadOnlySpan<char> digits) =>
        digits is { Length: > 0 and <= 19 } && digits[0] != '0' && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
